import type { InRecord, Position } from './bus'
import { partitionsOf } from './partitioner'
import { type Commit, type PlacedRecord, type RecordLog, batchBytes, batchRecords, sizeOf } from './recordLog'
import { type Kept, compactionLagMs, hoursMs, tombstoneMs } from './retention'

interface Partition {
  records: InRecord[]
  end: bigint
}

/** Records in arrays: as durable as the process. */
export class MemoryLog implements RecordLog {
  private readonly partitions = new Map<string, Partition[]>()
  private readonly groups = new Map<string, Map<number, bigint>>()

  constructor(
    private readonly now: () => number,
    private readonly kept: ReadonlyMap<string, Kept>,
  ) {}

  async append(topic: string, records: readonly PlacedRecord[]): Promise<Position[]> {
    return records.map(({ partition, key, value }) => {
      const into = this.partition(topic, partition)
      const position = ++into.end
      into.records.push({ partition, position, key, value: value && Uint8Array.from(value), appendedAt: this.now() })
      return { partition, position }
    })
  }

  read(topic: string, partition: number, after: bigint): InRecord[] {
    const { records } = this.partition(topic, partition)
    const start = firstAfter(records, after)
    let bytes = 0
    const ahead = records.slice(start, start + batchRecords)
    const end = ahead.findIndex((r, i) => i > 0 && (bytes += sizeOf(r)) > batchBytes)
    return end < 0 ? ahead : ahead.slice(0, end)
  }

  newest(topic: string, partition: number): bigint {
    return this.partition(topic, partition).records.at(-1)?.position ?? 0n
  }

  committed(topic: string, group: string): Map<number, bigint> {
    return new Map(this.groups.get(`${topic}/${group}`))
  }

  async commit(commits: readonly Commit[]): Promise<void> {
    for (const { topic, group, partition, position } of commits) {
      const name = `${topic}/${group}`
      this.groups.set(name, (this.groups.get(name) ?? new Map()).set(partition, position))
    }
  }

  async tidy(nowMs: number): Promise<void> {
    for (const [topic, partitions] of this.partitions) {
      const kept = this.kept.get(topic)
      if (!kept) continue
      partitions.forEach((p, number) => {
        p.records = 'compacted' in kept ? compacted(p.records, nowMs, this.passed(topic, number)) : recent(p.records, kept, nowMs)
      })
    }
  }

  async close(): Promise<void> {
    this.partitions.clear()
  }

  /** The position that every group of the topic has passed. */
  private passed(topic: string, partition: number): bigint {
    const groups = [...this.groups].filter(([name]) => name.startsWith(`${topic}/`)).map(([, positions]) => positions.get(partition) ?? 0n)
    return groups.reduce((least, position) => (position < least ? position : least), this.partition(topic, partition).end)
  }

  private partition(topic: string, partition: number): Partition {
    let partitions = this.partitions.get(topic)
    if (!partitions) {
      partitions = Array.from({ length: partitionsOf(topic) }, () => ({ records: [], end: 0n }))
      this.partitions.set(topic, partitions)
    }
    return partitions[partition] as Partition
  }
}

function firstAfter(records: readonly InRecord[], after: bigint): number {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((records[middle] as InRecord).position > after) high = middle
    else low = middle + 1
  }
  return low
}

function compacted(records: readonly InRecord[], nowMs: number, passed: bigint): InRecord[] {
  const successor = new Map(records.filter((r) => r.appendedAt <= nowMs - compactionLagMs).map((r) => [r.key, r.position]))
  const isSuperseded = (r: InRecord) => r.key !== undefined && r.position < (successor.get(r.key) ?? 0n)
  const isSpentTombstone = (r: InRecord) => r.value === null && r.appendedAt < nowMs - tombstoneMs && r.position <= passed
  return records.filter((r) => !isSuperseded(r) && !isSpentTombstone(r))
}

function recent(records: readonly InRecord[], kept: { readonly hours: number; readonly maxBytes?: number }, nowMs: number): InRecord[] {
  let bytes = 0
  const keeps = (r: InRecord) => {
    const behind = bytes
    bytes += sizeOf(r)
    return behind < (kept.maxBytes ?? Infinity) && r.appendedAt >= nowMs - hoursMs(kept.hours)
  }
  const firstDropped = records.findLastIndex((r) => !keeps(r))
  return records.slice(firstDropped + 1)
}
