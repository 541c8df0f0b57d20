import type { EmbeddedBusDump } from '#bus/embeddedDump'
import type { InRecord } from '#bus/bus'
import type { KafkaIntake } from '#bus/kafka/intake'
import { partitionsOf } from '#bus/partitioner'
import { isCompacted } from '#bus/retention'
import { allTopics } from '#bus/topics'

/** Records that were copied, by topic. */
export type TopicCounts = Readonly<Record<string, number>>

/**
 * Copies every record that the state folder keeps, partition by partition and in order, and lets each group begin where it ended: positions
 * are others in Kafka, so while a partition is copied, the offset behind the last record that a group has committed is noted. What a group
 * has handled does not come again; what it has not, comes. (Of a compacted topic only the newest record of a key is copied: where a group
 * had not handled that, it does.) A partition that a group has committed nothing of is read from its start, as ever.
 *
 * Times stay, except of what somebody has not handled yet: retention must not take it before.
 */
export async function copyTopics(from: EmbeddedBusDump, to: KafkaIntake, nowMs: number): Promise<TopicCounts> {
  const committed = from.committed()
  const counts: Record<string, number> = {}
  for (const { name } of allTopics) {
    counts[name] = 0
    const groups = new Set(committed.filter(({ topic }) => topic === name).map(({ group }) => group))
    const starts = new Map([...groups].map((group) => [group, new Map<number, bigint>()]))
    for (let partition = 0; partition < partitionsOf(name); partition++) {
      const ends = new Map([...groups].map((group) => [group, positionOf(committed, name, group, partition)]))
      const oldest = [...ends.values()].reduce((a, b) => (b < a ? b : a), groups.size > 0 ? (ends.values().next().value as bigint) : -1n)
      for (const records of from.records(name, partition)) {
        const first = await to.append(name, partition, isCompacted(name) ? records : kept(records, oldest, nowMs))
        counts[name] = (counts[name] ?? 0) + records.length
        for (const [group, end] of ends) note(starts.get(group) as Map<number, bigint>, partition, records, end, first)
      }
    }
    for (const [group, offsets] of starts) await to.startAt(name, group, offsets)
  }
  return counts
}

type Committed = ReturnType<EmbeddedBusDump['committed']>

const positionOf = (committed: Committed, topic: string, group: string, partition: number): bigint =>
  committed.find((c) => c.topic === topic && c.group === group && c.partition === partition)?.position ?? 0n

/** `oldest`: what every group has passed; below 0 when nobody reads the topic. */
const kept = (records: readonly InRecord[], oldest: bigint, nowMs: number): InRecord[] =>
  records.map((record) => (oldest >= 0n && record.position > oldest ? { ...record, appendedAt: nowMs } : record))

function note(starts: Map<number, bigint>, partition: number, records: readonly InRecord[], end: bigint, first: bigint): void {
  const handled = records.findLastIndex(({ position }) => position <= end)
  if (handled >= 0) starts.set(partition, first + BigInt(handled) + 1n)
}
