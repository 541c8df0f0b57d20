import type { Bus, OutRecord } from '#bus/bus'
import { disruptions } from '#bus/topics'
import type { Change } from '#detection/situation'
import { changesPublished } from './metrics'

/** Appends the changes of one operator durably and in order; a suspicion that dissolved is erased. */
export async function publishChanges(bus: Bus, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  await bus.append(disruptions.name, changes.map(recordOf))
  for (const { kind, disruption: d } of changes) {
    changesPublished.inc({ operator: d.operator, rule: d.rule, state: kind === 'erase' ? 'DISSOLVED' : d.state })
  }
}

const recordOf = ({ kind, disruption }: Change): OutRecord => ({
  partitionBy: disruptions.partitionBy(disruption),
  key: disruptions.key?.(disruption),
  value: kind === 'erase' ? null : disruptions.codec.encode(disruption),
})
