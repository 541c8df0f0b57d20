import type { RecordsBatch, fetchV17 } from '@platformatic/kafka'
import { fetchedOf } from '#bus/platformatic/fetched'

const control = 0b10_0000

/** A batch as it is read from the log, with records at these offsets and room up to `last`. */
const batch = (first: number, last: number, offsets: readonly number[], attributes = 0) =>
  ({
    firstOffset: BigInt(first),
    lastOffsetDelta: last - first,
    firstTimestamp: 1000n,
    attributes,
    records: offsets.map((offset) => ({ key: null, value: Buffer.from(`${offset}`), offsetDelta: offset - first, timestampDelta: 5n })),
  }) as unknown as RecordsBatch

const fetched = (records: RecordsBatch[] | null, wanted: bigint) => {
  const { records: found, next } = fetchedOf({ partitionIndex: 3, records } as fetchV17.FetchResponsePartition, wanted)
  return { at: found.map(({ position }) => Number(position)), next: Number(next) }
}

describe('what a fetch brought', () => {
  it('begins at the wanted offset, also in the middle of a batch, and goes on behind the last one', () => {
    expect(fetched([batch(4, 6, [4, 5, 6]), batch(7, 8, [7, 8])], 5n)).toEqual({ at: [5, 6, 7, 8], next: 9 })
  })

  it('goes on over gaps that compaction has left, also where nothing is left at all', () => {
    expect(fetched([batch(4, 9, [5])], 4n)).toEqual({ at: [5], next: 10 })
    expect(fetched([batch(4, 9, [])], 4n)).toEqual({ at: [], next: 10 })
  })

  it('leaves out the marks of transactions, and stays where nothing came', () => {
    expect(fetched([batch(4, 4, [4], control), batch(5, 5, [5])], 4n)).toEqual({ at: [5], next: 6 })
    expect([fetched(null, 4n), fetched([], 4n)]).toEqual([{ at: [], next: 4 }, { at: [], next: 4 }]) // prettier-ignore
  })

  it('takes what there is of a record: no key is none, no value a tombstone', () => {
    const { records } = fetchedOf({ partitionIndex: 3, records: [batch(4, 4, [4])] } as unknown as fetchV17.FetchResponsePartition, 4n)
    expect(records).toEqual([{ partition: 3, position: 4n, key: undefined, value: Buffer.from('4'), appendedAt: 1005 }])
  })
})
