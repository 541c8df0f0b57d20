import { MemoryLog } from '#bus/memoryLog'
import { partitionsOf } from '#bus/partitioner'
import type { InRecord, OutRecord, Position } from '#bus/bus'
import { keptByTopic } from '#bus/retention'
import { partitionOf } from '#domain/partitionOf'
import { Group } from './group'
import type { Universe } from './universe'

const tidyEveryMs = 60_000

/** The simulated broker: records, positions and groups, which outlive the processes. */
export class Broker {
  readonly log: MemoryLog
  /** Everything that was ever appended, also what compaction has dropped, in the order of its arrival. */
  readonly appended: { readonly topic: string; readonly atMs: number; readonly record: OutRecord }[] = []
  private readonly groups = new Map<string, Group>()
  private readonly watchers = new Map<string, Set<(partition: number) => void>>()

  constructor(readonly universe: Universe) {
    this.log = new MemoryLog(universe.timeline.now, keptByTopic)
    this.tidyLater()
  }

  /** Resolves at once: it is a call within the simulation. */
  async append(topic: string, records: readonly OutRecord[]): Promise<Position[]> {
    const placed = records.map((record) => ({ ...record, partition: this.partition(topic, record) }))
    const positions = await this.log.append(topic, placed)
    for (const record of records) this.appended.push({ topic, atMs: this.universe.timeline.now(), record })
    for (const partition of new Set(positions.map((p) => p.partition))) for (const wake of this.watchersOf(topic)) wake(partition)
    return positions
  }

  partition = (topic: string, record: OutRecord): number => partitionOf(record.partitionBy, partitionsOf(topic))

  read(topic: string, partition: number, after: bigint, most: number): InRecord[] {
    return this.log.read(topic, partition, after).slice(0, most)
  }

  group(topic: string, name: string): Group {
    const key = `${topic}/${name}`
    const found = this.groups.get(key) ?? new Group(this, topic, name)
    this.groups.set(key, found)
    return found
  }

  /** Calls with the partition whenever something came; returns how to stop that. */
  watch(topic: string, came: (partition: number) => void): () => void {
    this.watchersOf(topic).add(came)
    return () => void this.watchersOf(topic).delete(came)
  }

  private watchersOf(topic: string): Set<(partition: number) => void> {
    const found = this.watchers.get(topic) ?? new Set()
    this.watchers.set(topic, found)
    return found
  }

  private tidyLater(): void {
    this.universe.timeline.timer(tidyEveryMs, () => void this.log.tidy(this.universe.timeline.now()).then(() => this.tidyLater()))
  }
}
