import { Select, SimpleGrid } from '@mantine/core'
import { bothDirections } from '#domain/disruption'
import { useLine } from '../api/useApi'
import { useWords } from '../words/useWords'
import type { LineScope } from './draft'

interface LineScopeFieldsProps {
  readonly operator: string
  readonly line: string
  readonly scope: LineScope
  readonly change: (scope: LineScope) => void
}

/** Direction and section of one line; stops in riding order. */
export function LineScopeFields({ operator, line, scope, change }: LineScopeFieldsProps) {
  const { t } = useWords()
  const found = useLine(operator, line).data
  if (!found) return null
  const direction = found.directions.find((d) => d.id === scope.direction) ?? found.directions[0]
  const stops = [...new Set(direction?.order ?? [])].flatMap((i) => found.stops[i] ?? [])
  const data = [{ value: '', label: t('composer.wholeLine') }, ...stops.map((s) => ({ value: s.id, label: s.name }))]
  const stopFault = (own: string, other: string) => (own === '' && other !== '' ? t('composer.bothStops') : undefined)
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <Select
        label={t('composer.direction')}
        data={[
          { value: String(bothDirections), label: t('composer.both') },
          ...found.directions.map((d) => ({ value: String(d.id), label: t('composer.towards', { name: d.towards }) })),
        ]}
        value={String(scope.direction)}
        onChange={(v) => v && change({ direction: Number(v), fromStop: '', toStop: '' })}
      />
      <Select
        label={t('composer.from')}
        data={data}
        value={scope.fromStop}
        error={stopFault(scope.fromStop, scope.toStop)}
        onChange={(v) => change({ ...scope, fromStop: v ?? '' })}
        searchable
      />
      <Select
        label={t('composer.to')}
        data={data}
        value={scope.toStop}
        error={stopFault(scope.toStop, scope.fromStop)}
        onChange={(v) => change({ ...scope, toStop: v ?? '' })}
        searchable
      />
    </SimpleGrid>
  )
}
