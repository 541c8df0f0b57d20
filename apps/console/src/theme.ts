import { createTheme } from '@mantine/core'

/** Mantine's defaults miss AA (white on blue.6 is 3.55:1): darker shades, and readable text on every filled button. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  headings: { fontFamily: 'inherit', fontWeight: '650' },
  components: { Badge: { defaultProps: { radius: 'sm' } } },
})
