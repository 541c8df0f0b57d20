import { partitionOf } from '#domain/partitionOf'
import type { Clock } from '#domain/ports'
import type { Batch, Bus, Consumer, Follower, OutRecord, Owns, Position } from './bus'
import { Committer } from './committer'
import { ConsumerGroup } from './consumerGroup'
import { oneAtATime } from './crashGuard'
import { followLog } from './follower'
import { partitionsOf } from './partitioner'
import { putAsideOn } from './poison'
import type { RecordLog, Report } from './recordLog'
import { isCompacted } from './retention'
import { Sleepers } from './sleepers'
import { Tidier } from './tidier'

type Handle = (batch: Batch) => Promise<void>

/** A bus within one process, over a log of records: what the memory and the embedded adapter have in common. */
export class LogBus implements Bus {
  private readonly groups = new Map<string, ConsumerGroup>()
  private readonly leaving = new Map<string, Promise<void>>()
  private readonly sleepers = new Sleepers()
  private readonly alone = oneAtATime()
  private readonly committer: Committer
  private readonly tidier: Tidier
  /** How to stop what was started and is not stopped yet. */
  private readonly stops = new Set<() => Promise<void>>()
  private state: 'open' | 'closing' | 'closed' = 'open'

  constructor(
    private readonly log: RecordLog,
    private readonly clock: Clock,
    private readonly report: Report,
  ) {
    this.committer = new Committer(log, clock, report)
    this.tidier = new Tidier(log, clock, report)
  }

  async append(topic: string, records: readonly OutRecord[]): Promise<Position[]> {
    // Open while closing: handlers that are still running write what they conclude.
    if (this.state === 'closed') throw new Error('The bus is closed.')
    if (records.length === 0) return []
    if (isCompacted(topic) && records.some((r) => r.key === undefined)) throw new TypeError(`A record of ${topic} needs a key.`)
    const partitions = partitionsOf(topic)
    const placed = records.map((record) => ({ ...record, partition: partitionOf(record.partitionBy, partitions) }))
    const positions = await this.log.append(topic, placed)
    this.sleepers.wake(topic, new Set(positions.map((p) => p.partition)))
    return positions
  }

  async consume(topic: string, group: string, handle: Handle, owns?: Owns): Promise<Consumer> {
    const name = `${topic}/${group}`
    // Goes on from what the last member of before commits in the end.
    await this.leaving.get(name)
    this.mustBeOpen()
    const joined = this.groups.get(name) ?? this.openGroup(name, topic, group)
    const consumer = joined.join(handle, owns)
    return { owned: consumer.owned, stop: this.stopping(() => this.leave(name, joined, consumer)) }
  }

  async follow(topic: string, apply: (batch: Batch) => void | Promise<void>): Promise<Follower> {
    this.mustBeOpen()
    const { log, clock, report } = this
    const { follower, pumps } = followLog({ log, clock, report }, topic, partitionsOf(topic), apply)
    this.sleepers.add(topic, pumps)
    const stop = this.stopping(() => {
      this.sleepers.remove(topic, pumps)
      return follower.stop()
    })
    return { caughtUp: follower.caughtUp, stop }
  }

  async committed(topic: string, group: string): Promise<ReadonlyMap<number, bigint>> {
    this.mustBeOpen()
    return this.log.committed(topic, group)
  }

  async close(): Promise<void> {
    if (this.state !== 'open') return
    this.state = 'closing'
    this.tidier.stop()
    await Promise.all([...this.stops].map((stop) => stop()))
    this.state = 'closed'
    this.committer.stop()
    await this.log.close()
  }

  private openGroup(name: string, topic: string, group: string): ConsumerGroup {
    const { log, clock, report, committer, alone } = this
    const ports = { log, clock, report, committer, alone, putAside: putAsideOn(this, report) }
    const opened = new ConsumerGroup(ports, topic, group, partitionsOf(topic))
    this.groups.set(name, opened)
    this.sleepers.add(topic, opened.pumps)
    return opened
  }

  private leave(name: string, group: ConsumerGroup, consumer: Consumer): Promise<void> {
    const left = consumer.stop()
    if (!group.empty) return left
    this.groups.delete(name)
    this.sleepers.remove(group.topic, group.pumps)
    const gone = left.finally(() => this.leaving.delete(name))
    this.leaving.set(name, gone)
    return gone
  }

  private stopping(stop: () => Promise<void>): () => Promise<void> {
    let stopped: Promise<void> | undefined
    const once = () => (stopped ??= stop().finally(() => this.stops.delete(once)))
    this.stops.add(once)
    return once
  }

  private mustBeOpen(): void {
    if (this.state !== 'open') throw new Error('The bus is closed.')
  }
}
