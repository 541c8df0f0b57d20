import * as fc from 'fast-check'
import { partitionsOf } from '#bus/partitioner'
import { partitionOf } from '#domain/partitionOf'

describe('the partitioner', () => {
  it('gives for ever the same partitions: records on disk depend on it', () => {
    const texts = ['', 'lindenau', 'seebach', 'lindenau/d1/TELEGRAM/0', 'Saas-Fee', 'Röttenbach', '🚋']
    expect(texts.map((text) => partitionOf(text, 8))).toEqual([3, 5, 0, 5, 3, 7, 0])
    expect(texts.map((text) => partitionOf(text, 1000))).toEqual([923, 717, 400, 565, 715, 367, 240])
  })

  it('stays within the partitions', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 1000 }), (text, partitions) => {
        const partition = partitionOf(text, partitions)
        expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true)
      }),
      { seed: 1 },
    )
  })

  it('spreads similar texts', () => {
    const counts = Array.from({ length: 8 }, () => 0)
    for (let i = 0; i < 8000; i++) counts[partitionOf(`lindenau/r${i}`, 8)]!++
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120)
  })

  it('keeps the quarantine in one partition, everything else in eight', () => {
    expect([partitionsOf('quarantine'), partitionsOf('observations'), partitionsOf('dispatch.telegram')]).toEqual([1, 8, 8])
  })
})
