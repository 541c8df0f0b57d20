import type { Batch, Bus, Consumer, Follower, OutRecord, Owns, Position } from '#bus/bus'
import { partitionsOf } from '#bus/partitioner'
import { upTo } from '#bus/recordLog'
import type { Broker } from './broker'
import type { Fate, Life } from './life'
import { Member } from './member'

const repeatMs = 500

/** The bus as one process sees it. */
export class SimBus implements Bus {
  /** Appends of one process to one topic do not overtake each other. */
  private readonly queues = new Map<string, { lastMs: number }>()

  constructor(
    private readonly broker: Broker,
    private readonly life: Life,
  ) {}

  async append(topic: string, records: readonly OutRecord[]): Promise<Position[]> {
    const { chance, notes } = this.broker.universe
    const fate = this.fate()
    try {
      return await this.appendOnce(topic, records, fate)
    } catch (error) {
      // The client's library may try again by itself: it does not know that the first time was enough.
      if (fate !== 'answer lost' || !chance.is(0.5)) throw error
      await this.life.clock.sleep(repeatMs)
      notes.sometimes('append repeated')
      return this.appendOnce(topic, records, 'done')
    }
  }

  async consume(topic: string, group: string, handle: (batch: Batch) => Promise<void>, owns: Owns = () => {}): Promise<Consumer> {
    const joined = this.broker.group(topic, group)
    const member = await this.life.call({
      name: `bus.consume ${topic}`,
      typicalMs: 5,
      fate: 'done',
      error: () => new Error('the broker is down'),
      done: () => {
        const member = new Member(this.broker, joined, this.life, handle, owns)
        joined.join(member)
        return member
      },
    })
    return { owned: member.owned, stop: () => member.stop() }
  }

  async follow(topic: string, apply: (batch: Batch) => void | Promise<void>): Promise<Follower> {
    const lanes = Array.from({ length: partitionsOf(topic) }, (_, partition) => this.followLane(topic, partition, apply))
    const unwatch = this.broker.watch(topic, (partition) => lanes[partition]?.wake())
    const stop = async () => {
      unwatch()
      for (const lane of lanes) lane.stop()
    }
    return { caughtUp: () => Promise.all(lanes.map((lane) => lane.caughtUp)).then(() => undefined), stop }
  }

  committed(topic: string, group: string): Promise<ReadonlyMap<number, bigint>> {
    const done = () => this.broker.log.committed(topic, group)
    return this.life.call({ name: 'bus.committed', typicalMs: 2, fate: 'done', done, error: () => new Error('the broker is down') })
  }

  close = async (): Promise<void> => {}

  private fate(): Fate {
    const { plan, chance, notes } = this.broker.universe
    const { refused, lostReply, torn } = plan.bus
    if (this.broker.universe.isDown('bus') || (refused > 0 && chance.is(refused))) return 'refused'
    if (lostReply > 0 && chance.is(lostReply)) {
      notes.sometimes('lost answer of the bus')
      return 'answer lost'
    }
    return torn > 0 && chance.is(torn) ? 'torn' : 'done'
  }

  private appendOnce(topic: string, records: readonly OutRecord[], fate: Fate): Promise<Position[]> {
    const queue = this.queues.get(topic) ?? { lastMs: 0 }
    this.queues.set(topic, queue)
    return this.life.call({
      name: `bus.append ${topic} × ${records.length}`,
      typicalMs: 2,
      fate,
      queue,
      error: () => new Error('the broker is down'),
      done: () => this.broker.append(topic, records),
      torn: () => this.appendPart(topic, records),
    })
  }

  /** Partitions have different leaders: some have their records, others do not. */
  private appendPart(topic: string, records: readonly OutRecord[]): Promise<unknown> {
    const { chance, notes } = this.broker.universe
    const has = new Map<number, boolean>()
    const part = records.filter((record) => {
      const partition = this.broker.partition(topic, record)
      if (!has.has(partition)) has.set(partition, chance.is(0.5))
      return has.get(partition)
    })
    if (part.length > 0 && part.length < records.length) notes.sometimes('torn append')
    return this.broker.append(topic, part)
  }

  private followLane(topic: string, partition: number, apply: (batch: Batch) => void | Promise<void>) {
    const { universe, log } = this.broker
    const caught = Promise.withResolvers<void>()
    const end = log.newest(topic, partition)
    const state = { after: 0n, running: false, again: false, stopped: false }
    const wake = (): void => {
      state.again = true
      if (state.running || state.stopped) return
      state.running = true
      // A copy lags behind, now and then by seconds.
      const lag = universe.chance.is(0.02) ? universe.chance.between(100, 4000) : universe.chance.latency(2)
      this.life.later(lag, () => void fetch())
    }
    const fetch = async (): Promise<void> => {
      if (state.stopped) return
      if (universe.isDown('bus')) return void this.life.later(1000, () => void fetch())
      state.again = false
      const records = this.broker.read(topic, partition, state.after, universe.chance.whole(1, 60))
      if (records.length === 0) {
        state.running = false
        caught.resolve()
        if (state.again) wake()
        return
      }
      await apply({ topic, partition, records })
      state.after = upTo({ topic, partition, records })
      if (state.after >= end) caught.resolve()
      state.running = false
      wake()
    }
    wake()
    return { wake, caughtUp: caught.promise, stop: () => void (state.stopped = true) }
  }
}
