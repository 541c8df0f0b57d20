import type { RecordsBatch, fetchV17 } from '@platformatic/kafka'
import type { InRecord } from '../bus'

/** What a fetch brought for one partition: its records from the wanted offset on, and where to go on, also over gaps. */
export interface Fetched {
  readonly records: readonly InRecord[]
  readonly next: bigint
}

export function fetchedOf({ partitionIndex, records }: fetchV17.FetchResponsePartition, wanted: bigint): Fetched {
  const batches = records ?? []
  const last = batches.at(-1)
  const end = last ? last.firstOffset + BigInt(last.lastOffsetDelta) + 1n : wanted
  const found = batches.filter((batch) => !isControl(batch)).flatMap((batch) => recordsOf(batch, partitionIndex))
  return { records: found.filter(({ position }) => position >= wanted), next: end > wanted ? end : wanted }
}

const recordsOf = ({ firstOffset, firstTimestamp, records }: RecordsBatch, partition: number): InRecord[] =>
  records.map(({ key, value, offsetDelta, timestampDelta }) => ({
    partition,
    position: firstOffset + BigInt(offsetDelta),
    // Null where there is none, whatever the types say.
    key: (key as Buffer | null)?.toString('utf8'),
    value: value as Buffer | null,
    appendedAt: Number(firstTimestamp + timestampDelta),
  }))

/** Marks of transactions, for the broker and its clients only. */
const isControl = ({ attributes }: RecordsBatch): boolean => (attributes & 0b10_0000) !== 0
