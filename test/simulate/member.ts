import type { Batch, Owns } from '#bus/bus'
import { upTo } from '#bus/recordLog'
import type { Broker } from './broker'
import type { Group } from './group'
import type { Life } from './life'

const heartbeatMs = 2000
const retryMs = { first: 100, longest: 5000 }

interface Lane {
  readonly partition: number
  readonly generation: number
  after: bigint
  stopped: boolean
  running: boolean
  again: boolean
}

/** A process's part in a group: what it believes to own, and a lane a partition, in which one batch after the other is handled and committed. */
export class Member {
  private lanes = new Map<number, Lane>()
  private readonly running = new Set<Promise<void>>()
  private heardMs: number
  private stopped = false
  private generation = 0
  private readonly unwatch: () => void

  constructor(
    private readonly broker: Broker,
    private readonly group: Group,
    readonly life: Life,
    private readonly handle: (batch: Batch) => Promise<void>,
    private readonly owns: Owns,
  ) {
    this.heardMs = broker.universe.timeline.now()
    this.unwatch = broker.watch(group.topic, (partition) => {
      const lane = this.lanes.get(partition)
      if (lane) this.wake(lane)
    })
    this.beat()
  }

  owned = (): number[] => [...this.lanes.keys()]
  isHandling = (): boolean => this.running.size > 0 && !this.life.dead
  lastHeardMs = (): number => this.heardMs

  /** The broker's word is on its way: what is owned since an older deal is not any more. */
  revoked(generation: number): void {
    this.life.later(this.universe.chance.latency(2), () => {
      if (this.generation < generation) this.become([], generation)
    })
  }

  assigned(generation: number, partitions: readonly number[]): void {
    this.life.later(this.universe.chance.latency(2), () => {
      if (generation === this.group.generation && generation >= this.generation && !this.stopped) this.become(partitions, generation)
    })
  }

  /** Out at once; resolves when what was being handled is done. */
  async stop(): Promise<void> {
    this.stopped = true
    this.become([], this.group.generation)
    this.unwatch()
    this.group.leave(this)
    await Promise.allSettled(this.running)
  }

  private get universe() {
    return this.broker.universe
  }

  private become(partitions: readonly number[], generation: number): void {
    this.generation = generation
    for (const lane of this.lanes.values()) lane.stopped = true
    const committed = this.broker.log.committed(this.group.topic, this.group.name)
    const fresh = (partition: number): Lane => ({
      partition, generation, after: committed.get(partition) ?? 0n, stopped: false, running: false, again: false,
    }) // prettier-ignore
    this.lanes = new Map(partitions.map((p) => [p, fresh(p)]))
    this.owns(partitions)
    for (const lane of this.lanes.values()) this.wake(lane)
  }

  private wake(lane: Lane): void {
    lane.again = true
    if (lane.running || lane.stopped) return
    lane.running = true
    this.life.later(this.universe.chance.latency(1), () => this.fetch(lane))
  }

  private fetch(lane: Lane): void {
    const { chance, plan } = this.universe
    if (lane.stopped) return
    if (this.universe.isDown('bus')) return void this.life.later(1000, () => this.fetch(lane))
    lane.again = false
    const { topic } = this.group
    const records = this.broker.read(topic, lane.partition, lane.after, chance.whole(1, 40))
    if (records.length === 0) {
      lane.running = false
      if (lane.again) this.wake(lane)
      return
    }
    if (plan.rebalance > 0 && chance.is(plan.rebalance)) this.group.dealSoon()
    void this.deliver(lane, { topic, partition: lane.partition, records }, retryMs.first)
  }

  private async deliver(lane: Lane, batch: Batch, waitMs: number): Promise<void> {
    if (lane.stopped) return
    const running = (async () => this.handle(batch))()
    this.running.add(running)
    try {
      await running
    } catch {
      this.universe.notes.sometimes(`batch comes again: ${this.group.topic}`)
      this.life.later(waitMs, () => void this.deliver(lane, batch, Math.min(retryMs.longest, waitMs * 2)))
      return
    } finally {
      this.running.delete(running)
    }
    lane.after = upTo(batch)
    this.commit(lane, lane.after)
    this.life.later(this.universe.chance.latency(0.5), () => this.fetch(lane))
  }

  /** Positions are written behind the handlers' backs: late, and one that is lost is made good by the next. */
  private commit(lane: Lane, position: bigint): void {
    const { chance, plan, notes } = this.universe
    if (this.universe.mayEnd(this.life, 'before', `commit of ${this.group.topic}`)) return
    if (this.universe.isDown('bus')) return
    const isLate = plan.lateCommit > 0 && chance.is(plan.lateCommit)
    if (isLate && chance.is(0.3)) return notes.sometimes('commit lost')
    if (isLate) notes.sometimes('commit delayed')
    const delay = isLate ? chance.between(100, 5000) : chance.latency(5)
    this.life.later(delay, () => this.group.commit(this, lane.generation, lane.partition, position))
  }

  /** A heartbeat that comes after the session has ended finds the member out: it joins again. */
  private beat(): void {
    if (this.stopped) return
    if (!this.universe.isDown('bus')) this.heardMs = this.universe.timeline.now()
    if (!this.group.has(this) && this.group.generation > 0 && !this.universe.isDown('bus')) {
      this.become([], this.group.generation)
      this.group.join(this)
    }
    this.life.later(heartbeatMs, () => this.beat())
  }
}
