import { partitionOf } from '#domain/partitionOf'
import type { Clock } from '#domain/ports'
import type { Batch, Bus, Consumer, Follower, OutRecord, Owns, Position } from './bus'
import { Committer } from './committer'
import { ConsumerGroup } from './consumerGroup'
import { oneAtATime } from './crashGuard'
import { followLog } from './follower'
import { Lifetime } from './lifetime'
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
  private readonly lifetime = new Lifetime()

  constructor(
    private readonly log: RecordLog,
    private readonly clock: Clock,
    private readonly report: Report,
  ) {
    this.committer = new Committer(log, clock, report)
    this.tidier = new Tidier(log, clock, report)
  }

  async append(topic: string, records: readonly OutRecord[]): Promise<Position[]> {
    this.lifetime.mayAppend()
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
    this.lifetime.mustBeOpen()
    const joined = this.groups.get(name) ?? this.openGroup(name, topic, group)
    const consumer = joined.join(handle, owns)
    return { owned: consumer.owned, stop: this.lifetime.stopping(() => this.leave(name, joined, consumer)) }
  }

  async follow(topic: string, apply: (batch: Batch) => void | Promise<void>): Promise<Follower> {
    this.lifetime.mustBeOpen()
    const { log, clock, report } = this
    const { follower, pumps } = followLog({ log, clock, report }, topic, partitionsOf(topic), apply)
    this.sleepers.add(topic, pumps)
    const stop = this.lifetime.stopping(() => {
      this.sleepers.remove(topic, pumps)
      return follower.stop()
    })
    return { caughtUp: follower.caughtUp, stop }
  }

  async committed(topic: string, group: string): Promise<ReadonlyMap<number, bigint>> {
    this.lifetime.mustBeOpen()
    return this.log.committed(topic, group)
  }

  close(): Promise<void> {
    const closed = () => {
      this.committer.stop()
      return this.log.close()
    }
    return this.lifetime.end(closed, () => this.tidier.stop())
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
}
