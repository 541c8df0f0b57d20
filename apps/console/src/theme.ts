import { Combobox, type CSSVariablesResolver, Input, createTheme } from '@mantine/core'

/** Mantine's defaults miss AA (white on blue.6 is 3.55:1): darker shades, and readable text on every filled button. */
export const theme = createTheme({
  colors: { dark: ['#d5dae2', '#b9c0cb', '#9099a7', '#646d7b', '#3d4550', '#2f3640', '#20252d', '#1c2027', '#16191f', '#101317'] },
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  respectReducedMotion: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  headings: { fontFamily: 'inherit', fontWeight: '650' },
  components: {
    Input: Input.extend({ defaultProps: { size: 'sm' } }),
    InputWrapper: Input.Wrapper.extend({ defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } }),
    // The list itself scrolls, so that its keyboard is the field's.
    Select: { defaultProps: { allowDeselect: false, withScrollArea: false, maxDropdownHeight: 300 } },
    MultiSelect: { defaultProps: { withScrollArea: false, maxDropdownHeight: 300 } },
    Combobox: Combobox.extend({ defaultProps: { shadow: 'md' } }),
  },
})

/** Grey and red texts that reach 4.5:1 on both schemes' grounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5a6371', '--mantine-color-error': '#b42318', '--mantine-color-placeholder': '#6b7380' },
  dark: { '--mantine-color-dimmed': '#a9b1bd', '--mantine-color-error': '#ff9d94', '--mantine-color-placeholder': '#9aa3af' },
})
