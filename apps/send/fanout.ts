import type { Messenger, Outcome } from '#channels/messenger'
import type { Clock, Random } from '#domain/ports'
import type { Slot } from '#domain/slot'
import type { Account } from './account'
import { type Claim, type Tools, attempt } from './attempt'
import type { Ledger } from './ledger'
import type { OpenCohort } from './openCohort'
import type { Picks } from './picker'
import { type ReadRiders, ridersOf } from './readRiders'
import { type Result, endOf, settle } from './settle'
import type { Tally } from './tally'

export interface FanoutParts {
  readonly clock: Clock
  readonly random: Random
  readonly concurrency: number
  readonly ledger: Ledger
  readonly tally: Tally
  readonly tools: Tools
  readonly readRiders: ReadRiders
  readonly channelOf: (operator: string) => { readonly account: Account; readonly messenger: Messenger }
  readonly report: (claim: Claim, outcome: Outcome) => Promise<void>
  /** Whether the store has what the topics have: only then a rider who is not in it has been erased. */
  readonly isComplete: () => Promise<boolean>
  readonly severe: (cohort: OpenCohort) => boolean
  /** Logs, and waits a moment. */
  readonly storeFailed: (error: unknown) => Promise<unknown>
  /** A slot has come back. */
  readonly done: () => void
}

/** Of what may be under way, one operator gets at most this share, so that its hanging server holds up nobody else. */
const operatorShare = 0.75
/** A rider is read again when he was read longer ago than this. */
const freshMs = 400

/**
 * What is under way: claimed slots, sent with bounded concurrency and marked in groups. Never more than twice the concurrency is claimed and
 * not yet durably marked: that bounds the doubles after a crash. A slot is in here once at most (`inFlight` of its cohort).
 */
export class Fanout {
  private waiting: Claim[] = []
  private readonly running = new Map<string, number>()
  private readonly held = new Map<string, number>()

  constructor(private readonly parts: FanoutParts) {}

  underWay = (): number => sum(this.held)

  /** How many more slots may be claimed, in all or of an operator. */
  room = (): number => 2 * this.parts.concurrency - this.underWay()
  roomOf = (operator: string): number => Math.ceil(2 * this.parts.concurrency * operatorShare) - (this.held.get(operator) ?? 0)

  /** Whether there is so little to do for those that send that more should be claimed: in groups, as each costs a write. */
  isHungry = (): boolean => this.waiting.length === 0 || this.room() >= this.parts.concurrency / 2

  /** Claims and ends become durable together, before anything is sent. The riders are read meanwhile, all at once. */
  async record(picks: Picks): Promise<void> {
    const { ledger } = this.parts
    for (const { cohort, slot, end } of picks.ended) {
      this.change(cohort, slot, endOf(end, cohort.slot(slot)))
      cohort.release(slot)
    }
    const claims = picks.send.map(({ cohort, slot }) => this.claim(cohort, slot))
    let written: Promise<unknown> = Promise.resolve()
    for (const { cohort, slot } of picks.ended) written = ledger.write(cohort, slot)
    for (const { cohort, slot } of claims) written = ledger.write(cohort, slot)
    await written
    await this.read(claims)
    for (const claim of claims) this.waiting.push(claim)
    this.sendWaiting()
  }

  /** What cannot be read now is read again when it is its turn. */
  private async read(claims: readonly Claim[]): Promise<void> {
    if (claims.length === 0) return
    const readAtMs = this.parts.clock.elapsed()
    const riders = await ridersOf(claims, this.parts.readRiders).catch((error: unknown) => this.parts.storeFailed(error).then(() => undefined)) // prettier-ignore
    if (riders) claims.forEach((claim, i) => (claim.read = { rider: riders[i], atMs: readAtMs }))
  }

  /** What has not begun comes back. */
  giveBack(which: (claim: Claim) => boolean): void {
    const back = this.waiting.filter(which)
    this.waiting = this.waiting.filter((claim) => !which(claim))
    for (const claim of back) void this.finish(claim, { kind: 'given back' })
  }

  private claim(cohort: OpenCohort, slot: number): Claim {
    const before = cohort.slot(slot)
    const repeated = before.state === 'CLAIMED' || (before.reason === 'UNKNOWN_OUTCOME' && before.state !== 'FAILED')
    const isNews = before.state === 'SENT' || before.state === 'SUPPRESSED' || before.state === 'FAILED'
    if (repeated) this.parts.tally.possibleDuplicate(cohort)
    this.change(cohort, slot, {
      state: 'CLAIMED',
      attempts: isNews ? 1 : before.attempts + 1,
      tried: 0,
      reason: repeated ? 'UNKNOWN_OUTCOME' : 'NONE',
    })
    add(this.held, cohort.header.operator, 1)
    return { cohort, slot, ...this.parts.channelOf(cohort.header.operator) }
  }

  private sendWaiting(): void {
    const { concurrency } = this.parts
    const most = Math.ceil(concurrency * operatorShare)
    let room = concurrency - sum(this.running)
    const begun: Claim[] = []
    const passed: Claim[] = []
    let next = 0
    for (; room > 0 && next < this.waiting.length; next++) {
      const claim = this.waiting[next] as Claim
      const { operator } = claim.cohort.header
      const own = this.running.get(operator) ?? 0
      if (own >= most) passed.push(claim)
      else {
        this.running.set(operator, own + 1)
        begun.push(claim)
        room--
      }
    }
    if (begun.length === 0) return
    this.waiting = [...passed, ...this.waiting.slice(next)]
    for (const claim of begun) void this.send(claim)
  }

  private async send(claim: Claim): Promise<void> {
    const { tools, storeFailed } = this.parts
    const back: Result = { kind: 'given back' }
    const result = await this.attempted(claim, tools).catch((error: unknown) => storeFailed(error).then(() => back))
    add(this.running, claim.cohort.header.operator, -1)
    this.sendWaiting()
    await this.finish(claim, result)
  }

  /** STOP and erasure act within a second, so what was read with the claim holds for a moment only. */
  private async attempted(claim: Claim, tools: Tools): Promise<Result> {
    const isFresh = claim.read && this.parts.clock.elapsed() - claim.read.atMs < freshMs
    if (!isFresh) {
      claim.read = undefined
      await this.read([claim])
    }
    const result: Result = claim.read ? await attempt(claim, claim.read.rider, tools) : { kind: 'given back' }
    if (isErased(result) && !(await this.parts.isComplete())) throw new Error('the store has lost its riders and is being filled again')
    return result
  }

  private async finish(claim: Claim, result: Result): Promise<void> {
    const { cohort, slot } = claim
    if (result.kind === 'attempted') await this.reported(claim, result.outcome)
    else claim.account.giveBack(this.parts.clock.now())
    const parkedUntilMs = cohort.isDropped ? undefined : await this.mark(claim, result)
    cohort.release(slot)
    if (parkedUntilMs === undefined) cohort.again(slot)
    add(this.held, cohort.header.operator, -1)
    this.parts.done()
  }

  private reported(claim: Claim, outcome: Outcome): Promise<void> | void {
    if (outcome.kind !== 'sent' || claim.account.succeeded()) return this.parts.report(claim, outcome)
  }

  /** Epoch ms of the next attempt, of a slot that was parked. */
  private async mark({ cohort, slot, account, messenger }: Claim, result: Result): Promise<number | undefined> {
    const { clock, random, severe, ledger } = this.parts
    const now = clock.now()
    const settled = settle(result, {
      slot: cohort.slot(slot),
      dedupes: messenger.dedupes,
      severe: severe(cohort),
      afterMs: now - cohort.header.openedAtMs,
      haltMs: Math.max(1, account.waitUntilMs() - now),
      random,
    })
    this.change(cohort, slot, settled.change)
    const untilMs = settled.parkMs === undefined ? undefined : now + settled.parkMs
    if (untilMs !== undefined) cohort.park(slot, untilMs)
    await ledger.write(cohort, slot)
    return untilMs
  }

  private change(cohort: OpenCohort, slot: number, change: Partial<Slot>): void {
    const before = cohort.slot(slot)
    cohort.change(slot, change)
    this.parts.tally.moved(cohort, before, cohort.slot(slot))
  }
}

const isErased = (result: Result): boolean => result.kind === 'ended' && result.end.reason === 'ERASED'

const sum = (counts: ReadonlyMap<string, number>): number => {
  let total = 0
  for (const count of counts.values()) total += count
  return total
}
const add = (counts: Map<string, number>, key: string, by: number): void => void counts.set(key, (counts.get(key) ?? 0) + by)
