import { Account } from '../../../apps/send/account'
import { Engine } from '../../../apps/send/engine'
import type { Timing } from '../../../apps/send/timing'
import { World } from '../../../apps/send/world'
import { riders as ridersTopic } from '#bus/topics'
import type { Messenger, OutMessage, Outcome } from '#channels/messenger'
import { encodeCohortHeader } from '#domain/cohortHeader'
import { type Dispatch, allCohortShards, cohortId } from '#domain/dispatch'
import { type Disruption, type Revision, newest } from '#domain/disruption'
import type { Clock } from '#domain/ports'
import type { Receipt } from '#domain/receipt'
import { recipientBytes, writeRecipient } from '#domain/recipient'
import type { Rider, Subscription } from '#domain/rider'
import { type Slot, readSlot, slotBytes } from '#domain/slot'
import { keysFrom } from '#service/keys'
import { seededRandom } from '#service/randoms'
import type { Settings } from '#service/settings'
import { VirtualClock } from '#service/virtualClock'
import { markComplete } from '#store/complete'
import { memoryStore } from '#store/memory'
import type { Store } from '#store/ports'
import { disruption, lines, nine, revision } from '../../libs/messages/stories'

export const keys = keysFrom(Buffer.alloc(32, 1))
export const always: Subscription = {
  scope: 'line:tram-3', direction: 2, fromStop: '', toStop: '', windows: [], minSeverity: 'INFO', minDelay: 0, channel: 'TELEGRAM', fromHour: 0, untilHour: 0,
} // prettier-ignore

/** Rider n of an operator, whose chat is n. */
export function rider(number: number, extra: Partial<Rider> = {}): Rider {
  const id = `r${number}`
  const operator = extra.operator ?? 'lindenau'
  const sealed = keys.seal(operator, id, String(number))
  const address = { channel: 'TELEGRAM', sealed, hash: Buffer.alloc(32), confirmed: true, stopped: false } as const
  return {
    operator,
    id,
    number,
    language: 'en',
    addresses: [address],
    subscriptions: [always],
    consents: [],
    pausedUntil: 0,
    createdAt: 0,
    ...extra,
  }
}

export const late = (extra: Partial<Revision> = {}): Revision => revision({ at: nine, delayMin: 600, delayMax: 900, ...extra })

export interface Delivered extends OutMessage {
  readonly atMs: number
  readonly operator: string
}

/** The outside world: what the messenger was asked, and what it answers. Refuses nothing unless told. */
export class Telegram {
  readonly got: Delivered[] = []
  answer: (message: Delivered) => Outcome | Promise<Outcome> = () => ({ kind: 'sent' })

  constructor(private readonly clock: Clock) {}

  of = (operator: string, dead: () => boolean): Messenger => ({
    channel: 'TELEGRAM',
    dedupes: false,
    shared: true,
    send: async (message) => {
      if (dead()) return new Promise(() => undefined)
      const delivered = { ...message, atMs: this.clock.now(), operator }
      this.got.push(delivered)
      return this.answer(delivered)
    },
  })

  texts = (address: string | number): string[] => this.got.filter((m) => m.address === String(address)).map((m) => m.text)
}

export interface CityOptions {
  readonly perSecond?: number
  readonly concurrency?: number
  readonly seed?: number
  readonly timing?: Timing
  readonly store?: (nowMs: () => number) => Store
}

/** Leases outlast what a law plays, so that virtual time is not filled with renewals. */
export const seldom: Timing = { leaseMs: 24 * 3_600_000, pollMs: 200, dueMs: 600_000, sweepMs: 3_600_000, firstSweepMs: 5000 }

/** A city on virtual time with real parts: store in memory, riders, disruptions, and an engine that can be killed and started again. */
export class City {
  readonly clock = new VirtualClock(nine * 1000)
  readonly store: Store
  readonly telegram = new Telegram(this.clock)
  readonly receipts: Receipt[] = []
  readonly known = new Map<string, Disruption>()
  engine: Engine
  private world: World
  private position = 1n
  private died = { dead: false }
  private starts = 0

  constructor(private readonly options: CityOptions = {}) {
    this.store = (options.store ?? memoryStore)(this.clock.now)
    ;[this.engine, this.world] = this.process(Infinity)
  }

  /** As the bus does it when the process is alone: all shards are its. */
  async start(): Promise<void> {
    await markComplete(this.store.state, 'city')
    this.engine.start()
    this.engine.owns(allCohortShards)
    await this.clock.advance(0)
  }

  /**
   * A new process on the same store, which frees the leases of the dead one as the embedded store does when it is opened; `crashAt`: its k-th
   * call of the cohorts throws, and from then on it is dead.
   */
  async restart(crashAt = Infinity): Promise<void> {
    this.died.dead = true
    for (const shard of allCohortShards) await this.store.state.release(`send/TELEGRAM/${shard}`, `p${this.starts}`)
    ;[this.engine, this.world] = this.process(crashAt)
    for (const d of this.known.values()) this.apply(d)
    await this.start()
  }

  isDead = (): boolean => this.died.dead

  async ride(...riders: readonly Rider[]): Promise<void> {
    for (const r of riders) {
      const put = { id: r.id, number: r.number, position: this.position++, record: ridersTopic.codec.encode(r), hashes: [] }
      await this.store.riders.put(r.operator, put)
    }
  }

  async erase(r: Rider): Promise<void> {
    await this.store.riders.erase(r.operator, r.id, this.position++)
  }

  know(d: Disruption): void {
    this.known.set(`${d.operator}/${d.id}`, d)
    this.apply(d)
  }

  /** As match does it: the cohort, then its dispatch. */
  async tell(d: Disruption, numbers: readonly number[], cohort = 0, urgencies: readonly number[] = []): Promise<void> {
    const recipients = Buffer.alloc(numbers.length * recipientBytes)
    numbers.forEach((number, i) =>
      writeRecipient(recipients, i, { rider: number, language: 'en', urgency: urgencies[i] ?? 0, secondChannel: 0, flags: 0 }),
    )
    const dispatch = this.dispatch(d, cohort, recipients)
    const header = encodeCohortHeader({ ...dispatch, openedAtMs: this.clock.now() })
    await this.store.cohorts.open(cohortId(dispatch), header, recipients)
    await this.hand(dispatch)
  }

  async update(d: Disruption, cohort = 0): Promise<void> {
    await this.hand(this.dispatch(d, cohort, new Uint8Array()))
  }

  async slots(d: Disruption, cohort = 0): Promise<Slot[]> {
    const bytes = (await this.store.cohorts.slots(`${d.operator}/${d.id}/TELEGRAM/${cohort}`)) ?? Buffer.alloc(0)
    return Array.from({ length: bytes.length / slotBytes }, (_, i) => readSlot(bytes, i))
  }

  async states(d: Disruption, cohort = 0): Promise<string[]> {
    return (await this.slots(d, cohort)).map((s) => (s.reason === 'NONE' ? s.state : `${s.state} ${s.reason}`))
  }

  due = (): Promise<string[]> => this.store.cohorts.due('TELEGRAM', allCohortShards, Number.MAX_SAFE_INTEGER, 100)

  private dispatch(d: Disruption, cohort: number, recipients: Uint8Array): Dispatch {
    const { operator, id, severity } = d
    return { operator, disruption: id, channel: 'TELEGRAM', cohort, revision: newest(d)?.number ?? 0, severity, recipients }
  }

  /** The bus brings a dispatch again until it was handled. */
  private async hand(dispatch: Dispatch): Promise<void> {
    if (this.isDead()) await this.restart()
    await this.engine.dispatched([dispatch]).catch(() => this.restart().then(() => this.engine.dispatched([dispatch])))
    await this.clock.advance(0)
  }

  private apply(d: Disruption): void {
    this.world.applyDisruptions([{ key: `${d.operator}/${d.id}`, partition: 0, position: this.position++, value: d }])
  }

  /** One more process on the same store, which serves no shard. */
  another(publishDispatch: (d: Dispatch) => void): Engine {
    return this.process(Infinity, { dead: false }, publishDispatch)[0]
  }

  private process(crashAt: number, died = (this.died = { dead: false }), publishDispatch?: (d: Dispatch) => void): [Engine, World] {
    const store = mortal(this.store, crashAt, died)
    const settings = {
      operators: ['lindenau', 'seestadt'].map((id) => ({ id, name: id, timezone: 'Europe/Berlin', languages: ['de', 'en'] })),
    }
    const world = new World(settings as unknown as Settings, store)
    for (const operator of ['lindenau', 'seestadt']) {
      world.applyLines(
        lines.map((value, i) => ({ key: `${operator}/${value.id}`, partition: 0, position: BigInt(i), value: { ...value, operator } })),
      )
    }
    const { perSecond = 10_000, concurrency = 4, seed = 1 } = this.options
    const accounts = new Map(
      ['lindenau', 'seestadt'].map((operator) => {
        const account = new Account(`TELEGRAM/${operator}`, { perSecond, burst: Math.max(1, perSecond / 4) }, store.limits)
        return [operator, { account, messenger: this.telegram.of(operator, () => died.dead) }]
      }),
    )
    const engine: Engine = new Engine({
      channel: 'TELEGRAM',
      store,
      clock: mortalClock(this.clock, died),
      random: seededRandom(seed),
      keys,
      log: { warn: () => undefined, error: () => undefined, info: () => undefined },
      world,
      accountOf: (operator) => accounts.get(operator),
      publishReceipt: async (receipt) => void this.receipts.push(receipt),
      publishDispatch: async (dispatch) => (publishDispatch ? publishDispatch(dispatch) : engine.dispatched([dispatch])),
      publicUrl: undefined,
      concurrency,
      holder: `p${++this.starts}`,
      timing: this.options.timing ?? seldom,
    })
    return [engine, world]
  }
}

/** The store of a process that dies at its k-th call of the cohorts, before or after the call has had its effect, in turn. */
function mortal(store: Store, crashAt: number, died: { dead: boolean }): Store {
  let calls = 0
  const call = async (does: () => Promise<unknown>): Promise<unknown> => {
    if (died.dead) throw new Error('the process is dead')
    if (++calls < crashAt) return does()
    if (crashAt % 2 === 0) await does()
    died.dead = true
    throw new Error('crash')
  }
  const guarded = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const method = target[name as keyof T] as (...args: unknown[]) => Promise<unknown>
        return (...args: unknown[]) => call(() => method.apply(target, args))
      },
    })
  return { ...store, cohorts: guarded(store.cohorts) }
}

/** Nothing ever happens again in a dead process. */
const mortalClock = (clock: Clock, died: { dead: boolean }): Clock => ({
  now: clock.now,
  elapsed: clock.elapsed,
  sleep: (ms, signal) => clock.sleep(ms, signal).then(() => (died.dead ? new Promise<void>(() => undefined) : undefined)),
  timer: (ms, call) => clock.timer(ms, () => died.dead || call()),
})

export { disruption }
