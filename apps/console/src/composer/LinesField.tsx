import { Checkbox, Group, MultiSelect, Stack } from '@mantine/core'
import type { PublicLine } from '#domain/controlRoom'
import { LineBadge } from '../parts/LineBadge'
import { useWords } from '../words/useWords'
import { LineScopeFields } from './LineScopeFields'
import { type NoticeForm, wholeLine } from './draft'

interface LinesFieldProps {
  readonly operator: string
  readonly lines: readonly PublicLine[]
  readonly form: NoticeForm
  readonly change: (change: Partial<NoticeForm>) => void
}

/** Where: some lines, a section of one, or everything. */
export function LinesField({ operator, lines, form, change }: LinesFieldProps) {
  const { t } = useWords()
  const byId = new Map(lines.map((l) => [l.id, l]))
  const label = (l: PublicLine) => (/^\d/.test(l.name) ? `${t(`mode.${l.mode}`)} ${l.name}` : l.name)
  const only = form.lines.length === 1 && !form.wholeNetwork ? form.lines[0] : undefined
  return (
    <Stack gap="sm">
      <MultiSelect
        label={t('composer.lines')}
        placeholder={form.lines.length > 0 ? '' : t('composer.linesPlaceholder')}
        data={lines.map((l) => ({ value: l.id, label: label(l) }))}
        value={[...form.lines]}
        onChange={(chosen) => change({ lines: chosen, scope: wholeLine })}
        disabled={form.wholeNetwork}
        clearable
        clearButtonProps={{ 'aria-label': t('composer.noLine') }}
        searchable
        renderOption={({ option, checked }) => (
          <Group gap="sm" wrap="nowrap">
            <LineBadge line={byId.get(option.value) ?? { name: option.label }} />
            <span>{option.label}</span>
            {checked ? <span aria-hidden="true">✓</span> : null}
          </Group>
        )}
      />
      <Checkbox
        label={t('composer.wholeNetwork')}
        checked={form.wholeNetwork}
        onChange={(e) => change({ wholeNetwork: e.currentTarget.checked })}
      />
      {only ? <LineScopeFields operator={operator} line={only} scope={form.scope} change={(scope) => change({ scope })} /> : null}
    </Stack>
  )
}
