import { Group, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { bothDirections } from '#domain/disruption'
import { api } from './api'
import { useWords } from './words'

interface LineScope {
  readonly direction: number
  readonly fromStop: string
  readonly toStop: string
}

interface LineScopeFieldsProps {
  readonly operator: string
  readonly line: string
  readonly scope: LineScope
  readonly change: (scope: LineScope) => void
}

/** Direction and section of one line; stops in riding order. */
export function LineScopeFields({ operator, line, scope, change }: LineScopeFieldsProps) {
  const { t } = useWords()
  const found = useQuery({ queryKey: ['line', operator, line], queryFn: () => api.line(operator, line) }).data
  if (!found) return null
  const direction = found.directions.find((d) => d.id === scope.direction) ?? found.directions[0]
  const stops = (direction?.order ?? []).flatMap((i) => found.stops[i] ?? [])
  const stopData = [{ value: '', label: t('composer.wholeLine') }, ...stops.map((s) => ({ value: s.id, label: s.name }))]
  return (
    <Group grow>
      <Select
        label={t('composer.direction')}
        data={[
          { value: String(bothDirections), label: t('composer.both') },
          ...found.directions.map((d) => ({ value: String(d.id), label: t('composer.towards', { name: d.towards }) })),
        ]}
        value={String(scope.direction)}
        onChange={(v) => change({ direction: Number(v ?? bothDirections), fromStop: '', toStop: '' })}
      />
      <Select
        label={t('composer.from')}
        data={stopData}
        value={scope.fromStop}
        onChange={(v) => change({ ...scope, fromStop: v ?? '' })}
        searchable
      />
      <Select
        label={t('composer.to')}
        data={stopData}
        value={scope.toStop}
        onChange={(v) => change({ ...scope, toStop: v ?? '' })}
        searchable
      />
    </Group>
  )
}
