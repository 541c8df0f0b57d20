import type { Messenger, Outcome } from '#channels/messenger'
import type { Dispatch } from '#domain/dispatch'
import type { Clock, Random } from '#domain/ports'
import type { Receipt } from '#domain/receipt'
import type { ChannelName, Rider } from '#domain/rider'
import type { Slot } from '#domain/slot'
import type { Keys } from '#service/keys'
import type { Logger } from '#service/log'
import type { Store } from '#store/ports'
import type { Account } from './account'
import { type Claim, type Tools, attempt } from './attempt'
import { CohortDesk } from './cohortDesk'
import { Ledger } from './ledger'
import type { OpenCohort } from './openCohort'
import { Picker, type Picks } from './picker'
import { type ReadRiders, readRiders, ridersOf } from './readRiders'
import { report } from './report'
import { type Result, endOf, settle } from './settle'
import { Tally } from './tally'
import { Texts } from './texts'
import { Wake } from './wake'
import type { World } from './world'

export interface EngineParts {
  readonly channel: ChannelName
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly keys: Keys
  readonly log: Pick<Logger, 'warn' | 'error' | 'info'>
  readonly world: World
  /** undefined: the operator has not configured this channel. */
  readonly accountOf: (operator: string) => { readonly account: Account; readonly messenger: Messenger } | undefined
  readonly publishReceipt: (receipt: Receipt) => Promise<unknown>
  readonly publicUrl: string | undefined
  readonly concurrency: number
}

const storePauseMs = 1000
/** Of what may be under way, one operator gets at most this share, so that its hanging server holds up nobody else. */
const operatorShare = 0.75

/**
 * Sends what the open cohorts of one channel have to tell. One loop picks and claims; claimed slots are sent with bounded concurrency and
 * marked in groups. Never more than twice the concurrency is claimed and not yet durably marked: that bounds the doubles after a crash.
 */
export class Engine {
  readonly desk: CohortDesk
  private readonly ledger: Ledger
  private readonly picker = new Picker()
  private readonly tally: Tally
  private readonly readRiders: ReadRiders
  private readonly tools: Tools
  private readonly wake: Wake
  private waiting: Claim[] = []
  private readonly running = new Map<string, number>()
  private readonly held = new Map<string, number>()
  private stopping = false
  private loop: Promise<void> = Promise.resolve()

  constructor(private readonly parts: EngineParts) {
    const { channel, store, clock, random, keys, world, publicUrl, log } = parts
    this.readRiders = readRiders(store.riders)
    this.tally = new Tally(channel)
    this.wake = new Wake(clock)
    this.desk = new CohortDesk(channel, store.cohorts, clock, this.tally, this.wake.call)
    this.ledger = new Ledger(store.cohorts, clock, (error) =>
      log.error({ err: error, channel }, 'slots could not be written; trying again'),
    )
    const readRider = async (operator: string, number: number) => (await this.readRiders(operator, [number]))[0]
    const fault = (error: unknown) => log.error({ err: error, channel }, 'a messenger threw')
    const texts = new Texts(channel)
    this.tools = { clock, random, keys, world, publicUrl, texts, readRider, fault, stopping: () => this.stopping }
    world.watch(this.wake.call)
  }

  /** Durable when it resolves; throws when the store is down. */
  async dispatched(dispatches: readonly Dispatch[]): Promise<void> {
    const known = await Promise.all(dispatches.map((d) => this.desk.dispatched(d)))
    const lost = known.filter((found) => !found).length
    if (lost > 0) this.parts.log.warn({ channel: this.parts.channel, lost }, 'updates for cohorts that the store does not have')
    this.wake.call()
  }

  async start(): Promise<void> {
    const resumed = await this.desk.resume()
    if (resumed > 0) this.parts.log.info({ channel: this.parts.channel, resumed }, 'cohorts resumed')
    this.loop = this.run()
  }

  /** Stops claiming, gives back what has not begun, waits for the rest, but not longer than this. */
  async drain(longestMs: number): Promise<void> {
    this.stopping = true
    this.wake.call()
    for (const claim of this.waiting.splice(0)) void this.finish(claim, { kind: 'given back' })
    const until = this.parts.clock.now() + longestMs
    while (this.underWay() > 0 && this.parts.clock.now() < until) await this.parts.clock.sleep(20)
    this.ledger.stop()
    await this.loop
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const found = await this.fill().catch((error: unknown) => this.storeFailed(error))
      if (found === 0) await this.wake.until(this.nextMs())
    }
  }

  /** How many slots were picked or ended. */
  private async fill(): Promise<number> {
    const { concurrency, clock } = this.parts
    const limit = 2 * concurrency - this.underWay()
    if (limit < 1) return 0
    for (const cohort of this.desk.open.values()) cohort.unpark(clock.now())
    await this.drawTokens(limit)
    if (this.stopping) return 0
    const picks = this.picker.pick(this.pickFrom(limit))
    await this.record(picks)
    await this.desk.tidy()
    return picks.send.length + picks.ended.length
  }

  private async drawTokens(limit: number): Promise<void> {
    const operators = new Set([...this.desk.open.values()].filter((c) => !c.idle()).map((c) => c.header.operator))
    await Promise.all([...operators].map((operator) => this.parts.accountOf(operator)?.account.draw(limit, this.parts.clock.now())))
  }

  private pickFrom(limit: number) {
    const { accountOf, clock, world, concurrency } = this.parts
    return {
      cohorts: this.desk.open.values(),
      disruptionOf: ({ header }: OpenCohort) => world.disruption(header.operator, header.disruption),
      accountOf: (operator: string) => accountOf(operator)?.account,
      room: (operator: string) => Math.ceil(2 * concurrency * operatorShare) - (this.held.get(operator) ?? 0),
      limit,
      now: Math.floor(clock.now() / 1000),
    }
  }

  /** Claims and ends become durable together, before anything is sent. */
  private async record(picks: Picks): Promise<void> {
    for (const { cohort, slot, end } of picks.ended) this.change(cohort, slot, endOf(end, cohort.slot(slot)))
    const claims = picks.send.map(({ cohort, slot }) => this.claim(cohort, slot))
    const written = [...picks.ended, ...claims].map(({ cohort, slot }) => this.ledger.write(cohort, [slot]))
    await Promise.all(written)
    this.waiting.push(...claims)
    this.sendWaiting()
  }

  private claim(cohort: OpenCohort, slot: number): Claim {
    const before = cohort.slot(slot)
    const repeated = before.state === 'CLAIMED' || before.reason === 'UNKNOWN_OUTCOME'
    const attempts = before.state === 'SENT' || before.state === 'SUPPRESSED' ? 1 : before.attempts + 1
    if (repeated) this.tally.possibleDuplicate(cohort)
    this.change(cohort, slot, { state: 'CLAIMED', attempts, reason: repeated ? 'UNKNOWN_OUTCOME' : 'NONE' })
    cohort.inFlight.add(slot)
    add(this.held, cohort.header.operator, 1)
    const { account, messenger } = this.parts.accountOf(cohort.header.operator) as { account: Account; messenger: Messenger }
    return { cohort, slot, account, messenger }
  }

  private sendWaiting(): void {
    const room = this.parts.concurrency - sum(this.running)
    const most = Math.ceil(this.parts.concurrency * operatorShare)
    const begun: Claim[] = []
    this.waiting = this.waiting.filter((claim) => {
      const { operator } = claim.cohort.header
      if (begun.length >= room || (this.running.get(operator) ?? 0) >= most) return true
      add(this.running, operator, 1)
      begun.push(claim)
      return false
    })
    if (begun.length > 0) void this.send(begun)
  }

  /** The riders of all that begin now are read together, in this moment. */
  private async send(claims: readonly Claim[]): Promise<void> {
    const riders = await ridersOf(claims, this.readRiders).catch((error: unknown) => this.storeFailed(error))
    await Promise.all(claims.map((claim, i) => this.sendOne(claim, riders === 0 ? 'unread' : riders[i])))
  }

  private async sendOne(claim: Claim, rider: Rider | undefined | 'unread'): Promise<void> {
    const back: Result = { kind: 'given back' }
    const result =
      rider === 'unread'
        ? back
        : await attempt(claim, rider, this.tools).catch((error: unknown) => this.storeFailed(error).then(() => back))
    add(this.running, claim.cohort.header.operator, -1)
    this.sendWaiting()
    await this.finish(claim, result)
  }

  private async finish(claim: Claim, result: Result): Promise<void> {
    const { cohort, slot, account, messenger } = claim
    const { clock, random } = this.parts
    if (result.kind === 'attempted') await this.report(claim, result.outcome)
    else account.giveBack(clock.now())
    const now = clock.now()
    const afterMs = now - cohort.header.openedAtMs
    const haltMs = Math.max(1, account.waitUntilMs() - now)
    const settled = settle(result, { slot: cohort.slot(slot), dedupes: messenger.dedupes, afterMs, haltMs, random })
    this.change(cohort, slot, settled.change)
    if (settled.parkMs !== undefined) cohort.park(slot, now + settled.parkMs)
    await this.ledger.write(cohort, [slot])
    cohort.inFlight.delete(slot)
    if (settled.parkMs === undefined) cohort.again(slot)
    add(this.held, cohort.header.operator, -1)
    this.wake.call()
  }

  private async report(claim: Claim, outcome: Outcome): Promise<void> {
    await report(claim, outcome, this.parts.clock.now(), this.parts).catch((error: unknown) => this.storeFailed(error))
  }

  private change(cohort: OpenCohort, slot: number, change: Partial<Slot>): void {
    const before = cohort.slot(slot)
    cohort.change(slot, change)
    this.tally.moved(cohort, before, cohort.slot(slot))
  }

  private async storeFailed(error: unknown): Promise<0> {
    this.parts.log.error({ err: error, channel: this.parts.channel }, 'store or bus failed; trying again')
    await this.parts.clock.sleep(storePauseMs)
    return 0
  }

  /** When there is something to do again, if nothing happens before: a retry, or an account that may go on. */
  private nextMs(): number | undefined {
    const now = this.parts.clock.now()
    const times = [...this.desk.open.values()].flatMap((cohort) => {
      const account = this.parts.accountOf(cohort.header.operator)?.account
      const waits = cohort.idle() || !account?.isBlocked(now) ? undefined : account.waitUntilMs()
      return [cohort.nextParkedMs(), waits].filter((t) => t !== undefined)
    })
    return times.length > 0 ? Math.min(...times) : undefined
  }

  private underWay = (): number => sum(this.held)
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)
const add = (counts: Map<string, number>, key: string, by: number): void => void counts.set(key, (counts.get(key) ?? 0) + by)
