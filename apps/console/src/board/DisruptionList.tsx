import { Stack, Text } from '@mantine/core'
import type { PublicLine, StaffDisruption } from '#domain/controlRoom'
import { DisruptionCard } from './DisruptionCard'

interface DisruptionListProps {
  readonly disruptions: readonly StaffDisruption[]
  readonly lines: readonly PublicLine[]
  /** Said where there are none. */
  readonly none?: string | undefined
}

export function DisruptionList({ disruptions, lines, none }: DisruptionListProps) {
  if (disruptions.length === 0) return none ? <Text c="dimmed">{none}</Text> : null
  return (
    <Stack gap="sm">
      {disruptions.map((d) => (
        <DisruptionCard key={d.id} disruption={d} lines={lines} />
      ))}
    </Stack>
  )
}
