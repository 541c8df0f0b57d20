import { Account } from '../../../apps/send/account'
import { Engine } from '../../../apps/send/engine'
import type { Timing } from '../../../apps/send/timing'
import { World } from '../../../apps/send/world'
import { memoryBus } from '#bus/memory'
import type { Bus, Consumer } from '#bus/bus'
import { dispatches, receipts, riders as ridersTopic } from '#bus/topics'
import { decodeBatch, publish } from '#bus/typed'
import type { Outcome } from '#channels/messenger'
import { encodeCohortHeader } from '#domain/cohortHeader'
import { type Dispatch, cohortId } from '#domain/dispatch'
import { type Disruption, newest } from '#domain/disruption'
import type { Clock } from '#domain/ports'
import { recipientBytes, writeRecipient } from '#domain/recipient'
import type { ChannelName, Rider } from '#domain/rider'
import { type Slot, readSlot, slotBytes } from '#domain/slot'
import { seededRandom } from '#service/randoms'
import type { Settings } from '#service/settings'
import { VirtualClock } from '#service/virtualClock'
import { memoryStore } from '#store/memory'
import type { Store } from '#store/ports'
import { lines, nine } from '../../libs/messages/stories'
import { keys } from './city'

const operators = ['lindenau', 'seestadt']
const channel: ChannelName = 'TELEGRAM'
/** As in operation, but for the looks for what is due. */
const timing: Timing = { leaseMs: 10_000, pollMs: 200, dueMs: 5000, sweepMs: 60_000, firstSweepMs: 1000 }

export interface Got {
  readonly by: string
  readonly operator: string
  readonly address: string
  readonly disruption: string
  readonly revision: number
  readonly stage: string
  readonly text: string
  readonly atMs: number
  /** What the messenger answered. */
  outcome?: Outcome['kind']
}

export interface SendersOptions {
  readonly storeOf?: (nowMs: () => number) => Store
  readonly perSecond?: number
  readonly concurrency?: number
}

/** Several senders beside each other on one store and one bus, and the messenger that they all use. */
export class Senders {
  readonly clock: VirtualClock
  readonly store: Store
  readonly bus: Bus
  readonly got: Got[] = []
  readonly members = new Map<string, Sender>()
  /** How long the messenger takes, in ms. */
  takesMs = 20
  answer: (got: Got) => Outcome | Promise<Outcome> = () => ({ kind: 'sent' })
  /** Calls of the store that are under way. */
  asked = 0
  private known: Disruption[] = []
  private position = 1n

  constructor(readonly options: SendersOptions = {}) {
    this.clock = new VirtualClock(nine * 1000)
    this.store = (options.storeOf ?? memoryStore)(this.clock.now)
    this.bus = memoryBus(this.clock)
  }

  /** Moves time, a second at most at once, and in between lets the store do what it was asked for: a real disk knows no virtual time. */
  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1000) {
      await this.clock.advance(Math.min(left, 1000))
      while (this.asked > 0) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await this.clock.advance(0)
  }

  async join(name: string): Promise<Sender> {
    const sender = new Sender(name, this)
    this.members.set(name, sender)
    for (const d of this.known) sender.know(d, this.position++)
    await sender.start()
    await this.clock.advance(0)
    return sender
  }

  async ride(...riders: readonly Rider[]): Promise<void> {
    for (const r of riders) {
      const put = { id: r.id, number: r.number, position: this.position++, record: ridersTopic.codec.encode(r), hashes: [] }
      await this.store.riders.put(r.operator, put)
    }
  }

  know(d: Disruption): void {
    this.known = [...this.known.filter((k) => k.id !== d.id || k.operator !== d.operator), d]
    for (const member of this.members.values()) member.know(d, this.position++)
  }

  /** As match does it: cohort by cohort, each with its dispatch. */
  async tell(d: Disruption, numbers: readonly number[], perCohort = 4096, firstCohort = 0): Promise<void> {
    this.know(d)
    for (let cohort = 0; cohort * perCohort < numbers.length; cohort++) {
      const own = numbers.slice(cohort * perCohort, (cohort + 1) * perCohort)
      const recipients = Buffer.alloc(own.length * recipientBytes)
      own.forEach((rider, i) => writeRecipient(recipients, i, { rider, language: 'en', urgency: 0, secondChannel: 0, flags: 0 }))
      const dispatch = this.dispatch(d, firstCohort + cohort, recipients)
      await this.store.cohorts.open(cohortId(dispatch), encodeCohortHeader({ ...dispatch, openedAtMs: this.clock.now() }), recipients)
      await publish(this.bus, dispatches(channel), [dispatch])
    }
  }

  async update(d: Disruption): Promise<void> {
    this.know(d)
    const cohorts = await this.store.cohorts.list(`${d.operator}/${d.id}/${channel}/`)
    const updates = cohorts.map(({ id }) => this.dispatch(d, Number(id.split('/').at(-1)), new Uint8Array()))
    await publish(this.bus, dispatches(channel), updates)
  }

  async slots(d: Disruption): Promise<Slot[]> {
    const cohorts = await this.store.cohorts.list(`${d.operator}/${d.id}/${channel}/`)
    const bytes = await Promise.all(cohorts.map(({ id }) => this.store.cohorts.slots(id)))
    return bytes.flatMap((b = Buffer.alloc(0)) => Array.from({ length: b.length / slotBytes }, (_, i) => readSlot(b, i)))
  }

  async states(d: Disruption): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const { state, reason } of await this.slots(d)) {
      const name = reason === 'NONE' ? state : `${state} ${reason}`
      counts[name] = (counts[name] ?? 0) + 1
    }
    return counts
  }

  async close(): Promise<void> {
    for (const member of this.members.values()) member.kill()
    await this.store.close()
  }

  /** How often each rider got each revision, by `address/revision`. */
  copies(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { operator, address, revision } of this.got) {
      const key = `${operator}/${address}/${revision}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return counts
  }

  private dispatch(d: Disruption, cohort: number, recipients: Uint8Array): Dispatch {
    const { operator, id, severity } = d
    return { operator, disruption: id, channel, cohort, revision: newest(d)?.number ?? 0, severity, recipients }
  }
}

/**
 * One sender as a process: an engine whose clock, store and messenger can stand still. Frozen, nothing of it moves on, but what it asked for
 * is done by the others; thawed, everything that was waiting comes at once.
 */
export class Sender {
  readonly engine: Engine
  private readonly world: World
  private consumers: Consumer[] = []
  private frozen: PromiseWithResolvers<void> | undefined
  private ended = false
  private readonly clock: Clock
  /** Set: its monotonic clock stands still as well, as if the machine had slept. */
  private stoodStillMs: number | undefined

  constructor(
    readonly name: string,
    private readonly all: Senders,
  ) {
    this.clock = this.ownClock()
    const store = this.throughIce(all.store)
    const settings = { operators: operators.map((id) => ({ id, name: id, timezone: 'Europe/Berlin', languages: ['de', 'en'] })) }
    this.world = new World(settings as unknown as Settings, store)
    for (const operator of operators) {
      this.world.applyLines(
        lines.map((value, i) => ({ key: `${operator}/${value.id}`, partition: 0, position: BigInt(i), value: { ...value, operator } })),
      )
    }
    const { perSecond = 10_000, concurrency = 4 } = all.options
    const accounts = new Map(
      operators.map((operator) => {
        const account = new Account(`${channel}/${operator}`, { perSecond, burst: Math.max(1, perSecond / 4) }, store.limits)
        return [operator, { account, messenger: this.messenger(operator) }]
      }),
    )
    this.engine = new Engine({
      channel,
      store,
      clock: this.clock,
      random: seededRandom(name),
      keys,
      world: this.world,
      concurrency,
      timing,
      holder: name,
      log: { warn: () => undefined, error: () => undefined, info: () => undefined },
      accountOf: (operator) => accounts.get(operator),
      publishReceipt: (receipt) => publish(all.bus, receipts, [receipt]),
      publishDispatch: (dispatch) => publish(all.bus, dispatches(channel), [dispatch]),
      publicUrl: undefined,
    })
  }

  async start(): Promise<void> {
    this.engine.start()
    const topic = dispatches(channel)
    const handle = async (values: readonly (Dispatch | undefined)[]) => {
      await this.thawed()
      await this.engine.dispatched(values.flatMap((value) => (value ? [value] : [])))
    }
    const consumer = await this.all.bus.consume(
      topic.name,
      'send',
      (batch) => handle(decodeBatch(topic, batch, () => undefined).map(({ value }) => value)),
      (shards) => void this.thawed().then(() => this.engine.owns(shards)),
    )
    this.consumers.push(consumer)
  }

  know(d: Disruption, position: bigint): void {
    void this.thawed().then(() => this.world.applyDisruptions([{ key: `${d.operator}/${d.id}`, partition: 0, position, value: d }]))
  }

  /** SIGTERM. */
  async leave(): Promise<void> {
    await Promise.all([this.engine.drain(10_000), ...this.consumers.map((consumer) => consumer.stop())])
    this.all.members.delete(this.name)
  }

  /** Nothing of it moves on; the bus has given its partitions to the others. */
  freeze(clockToo = false): void {
    this.frozen = Promise.withResolvers()
    if (clockToo) this.stoodStillMs = this.all.clock.elapsed()
    for (const consumer of this.consumers) void consumer.stop()
  }

  thaw(): void {
    this.frozen?.resolve()
    this.frozen = undefined
  }

  /** kill -9: frozen for ever. */
  kill(): void {
    this.ended = true
    this.freeze()
    this.all.members.delete(this.name)
  }

  private async thawed(): Promise<void> {
    while (this.frozen) await this.frozen.promise
    if (this.ended) await new Promise(() => undefined)
  }

  private messenger(operator: string) {
    return {
      channel,
      dedupes: false,
      shared: true,
      send: async (message: { address: string; facts: object; stage: string; text: string }): Promise<Outcome> => {
        await this.thawed()
        const { revision, disruption } = message.facts as { revision: number; disruption: string }
        const { address, stage, text } = message
        const got: Got = { by: this.name, operator, address, disruption, revision, stage, text, atMs: this.all.clock.now() }
        this.all.got.push(got)
        const outcome = await this.all.answer(got)
        got.outcome = outcome.kind
        if (this.all.takesMs > 0) await this.all.clock.sleep(this.all.takesMs)
        await this.thawed()
        return outcome
      },
    }
  }

  private ownClock(): Clock {
    const { clock } = this.all
    const now = () => (this.frozen && this.stoodStillMs !== undefined ? this.stoodStillMs : clock.now())
    return {
      now: clock.now,
      elapsed: () => (this.stoodStillMs === undefined ? clock.elapsed() : now()),
      sleep: (ms, signal) => clock.sleep(ms, signal).then(() => this.thawed()),
      timer: (ms, call) => {
        let cancelled = false
        const cancel = clock.timer(ms, () => void this.thawed().then(() => cancelled || call()))
        return () => {
          cancelled = true
          cancel()
        }
      },
    }
  }

  private throughIce(store: Store): Store {
    const guarded = <T extends object>(port: T): T =>
      new Proxy(port, {
        get: (target, name) => {
          const method = target[name as keyof T] as (...args: unknown[]) => Promise<unknown>
          return async (...args: unknown[]) => {
            await this.thawed()
            this.all.asked++
            const result = await method.apply(target, args).finally(() => this.all.asked--)
            await this.thawed()
            return result
          }
        },
      })
    const { pages, cohorts, riders, state, limits } = store
    return { pages, cohorts: guarded(cohorts), riders: guarded(riders), state: guarded(state), limits: guarded(limits), close: store.close }
  }
}
