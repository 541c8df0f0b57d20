import type { Messenger, Outcome } from '#channels/messenger'
import type { Dispatch } from '#domain/dispatch'
import { severityRank } from '#domain/disruption'
import type { Clock, Random } from '#domain/ports'
import type { Receipt } from '#domain/receipt'
import type { ChannelName } from '#domain/rider'
import type { Keys } from '#service/keys'
import type { Logger } from '#service/log'
import { Shards } from '#service/shards'
import { generationOf } from '#store/complete'
import type { Store } from '#store/ports'
import type { Account } from './account'
import type { Claim } from './attempt'
import { CohortDesk } from './cohortDesk'
import { Fanout } from './fanout'
import { Ledger } from './ledger'
import type { OpenCohort } from './openCohort'
import { Orders } from './orders'
import { Picker } from './picker'
import { readRiders } from './readRiders'
import { Reconciler } from './reconciler'
import { report } from './report'
import { Tally } from './tally'
import { Texts } from './texts'
import { type Timing, usualTiming } from './timing'
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
  readonly publishDispatch: (dispatch: Dispatch) => Promise<unknown>
  readonly publicUrl: string | undefined
  readonly concurrency: number
  /** Of this process and start. */
  readonly holder: string
  readonly timing?: Timing
}

const storePauseMs = 1000

/**
 * Sends what the open cohorts of one channel have to tell, of the shards that this process serves (shards.ts). One loop picks and claims;
 * what is claimed is sent beside it (fanout.ts).
 */
export class Engine {
  readonly desk: CohortDesk
  readonly orders: Orders
  private readonly shards: Shards
  private readonly ledger: Ledger
  private readonly fanout: Fanout
  private readonly reconciler: Reconciler
  private readonly picker = new Picker()
  private readonly wake: Wake
  private stopping = false
  private filledAtMs = 0
  private longestLeaveMs = 10_000
  private loop: Promise<void> = Promise.resolve()

  constructor(private readonly parts: EngineParts) {
    const { channel, store, clock, random, keys, world, publicUrl, concurrency, holder, timing = usualTiming } = parts
    const tally = new Tally(channel)
    this.wake = new Wake(clock)
    this.shards = new Shards({
      name: `send/${channel}`,
      leases: store.state,
      clock,
      holder,
      timing,
      failed: this.logged('a lease could not be asked for'),
      gained: (shard, epoch) => this.reconciler.begin(shard, epoch),
      leave: (shard) => this.leave(shard),
      lost: (shard) => this.lost(shard),
    })
    const { serves } = this.shards
    this.desk = new CohortDesk({ channel, cohorts: store.cohorts, clock, tally, serves, onOpen: this.wake.call })
    this.ledger = new Ledger(store.cohorts, clock, this.logged('slots could not be written; trying again'), (cohort) =>
      this.refused(cohort),
    )
    this.orders = new Orders({ ...parts, desk: this.desk, ledger: this.ledger, tally, shards: this.shards })
    this.reconciler = new Reconciler({ ...parts, timing, cohorts: store.cohorts, desk: this.desk, serves })
    const read = readRiders(store.riders)
    const readRider = async (operator: string, number: number) => (await read(operator, [number]))[0]
    const fault = this.logged('a messenger threw')
    const servesCohort = (cohort: OpenCohort) => this.serves(cohort)
    const tools = { clock, random, keys, world, publicUrl, texts: new Texts(channel), readRider, fault, serves: servesCohort }
    this.fanout = new Fanout({
      clock,
      random,
      concurrency,
      ledger: this.ledger,
      tally,
      tools,
      readRiders: read,
      done: this.wake.call,
      channelOf: (operator) => parts.accountOf(operator) as { account: Account; messenger: Messenger },
      report: (claim, outcome) => this.report(claim, outcome),
      isComplete: async () => (await generationOf(store.state)) !== undefined,
      severe: (cohort) => this.isSevere(cohort),
      storeFailed: (error) => this.storeFailed(error),
    })
    world.watch(this.wake.call)
  }

  /** Begins to send; what is sent depends on the shards that `owns` names. */
  start(): void {
    this.loop = this.run()
  }

  /** The partitions of the channel's dispatches that the bus gives this process, all of them, whenever they change. */
  owns = (shards: readonly number[]): void => this.shards.own(shards)

  /** Durable when it resolves; rejects when the store is down or the shard is somebody else's. Waits until a predecessor has let go. */
  async dispatched(dispatches: readonly Dispatch[]): Promise<void> {
    const known = await Promise.all(dispatches.map((d) => this.orders.take(d)))
    const lost = known.filter((found) => !found).length
    if (lost > 0) this.parts.log.warn({ channel: this.parts.channel, lost }, 'updates for cohorts that the store does not have')
    this.wake.call()
  }

  /** Stops claiming, gives back what has not begun, waits for the rest, but not longer than this; then others may have the shards. */
  async drain(longestMs: number): Promise<void> {
    this.stopping = true
    this.longestLeaveMs = longestMs
    this.reconciler.stop()
    this.fanout.giveBack(() => true)
    this.wake.call()
    await this.shards.stop()
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
    const limit = this.fanout.room()
    if (limit < 1 || !this.fanout.isHungry()) return 0
    const cohorts = [...this.desk.open.values()].filter((cohort) => this.serves(cohort))
    const now = (this.filledAtMs = this.parts.clock.now())
    for (const cohort of cohorts) cohort.unpark(now)
    await this.drawTokens(cohorts, limit)
    if (this.stopping) return 0
    const picks = this.picker.pick(this.pickFrom(cohorts.filter((cohort) => this.serves(cohort)), limit)) // prettier-ignore
    await this.fanout.record(picks)
    await this.desk.tidy()
    return picks.send.length + picks.ended.length
  }

  private async drawTokens(cohorts: readonly OpenCohort[], limit: number): Promise<void> {
    const operators = new Set<string>()
    for (const cohort of cohorts) if (!cohort.idle()) operators.add(cohort.header.operator)
    const now = this.parts.clock.now()
    await Promise.all([...operators].map((operator) => this.parts.accountOf(operator)?.account.draw(limit, now)))
  }

  private pickFrom(cohorts: readonly OpenCohort[], limit: number) {
    const { accountOf, clock, world } = this.parts
    return {
      cohorts,
      disruptionOf: ({ header }: OpenCohort) => world.disruption(header.operator, header.disruption),
      accountOf: (operator: string) => accountOf(operator)?.account,
      room: this.fanout.roomOf.bind(this.fanout),
      limit,
      now: Math.floor(clock.now() / 1000),
    }
  }

  private serves = (cohort: OpenCohort): boolean => !this.stopping && !cohort.isDropped && this.shards.serves(cohort.shard, cohort.epoch)

  private isSevere({ header }: OpenCohort): boolean {
    const severity = this.parts.world.disruption(header.operator, header.disruption)?.severity ?? header.severity
    return severityRank(severity) >= severityRank('SEVERE')
  }

  private async leave(shard: number): Promise<void> {
    const { clock } = this.parts
    this.fanout.giveBack(({ cohort }) => cohort.shard === shard)
    const until = clock.elapsed() + this.longestLeaveMs
    while (this.desk.ofShard(shard).some((c) => c.inFlight.size > 0) && clock.elapsed() < until) await clock.sleep(20)
    this.lost(shard)
  }

  private lost(shard: number): void {
    this.reconciler.end(shard)
    for (const cohort of this.desk.ofShard(shard)) this.desk.drop(cohort)
    this.wake.call()
  }

  private refused(cohort: OpenCohort): void {
    const { log, channel } = this.parts
    if (!cohort.isDropped) log.warn({ channel, cohort: cohort.id }, 'a newer sender has this cohort: it goes on there')
    this.desk.drop(cohort)
  }

  private async report(claim: Claim, outcome: Outcome): Promise<void> {
    await report(claim, outcome, this.parts.clock.now(), this.parts).catch((error: unknown) => this.storeFailed(error))
  }

  private logged =
    (what: string) =>
    (error: unknown): void =>
      this.parts.log.error({ err: error, channel: this.parts.channel }, what)

  private async storeFailed(error: unknown): Promise<0> {
    this.logged('store or bus failed; trying again')(error)
    await this.parts.clock.sleep(storePauseMs)
    return 0
  }

  /** When there is something to do again, if nothing happens before: a retry, an account that may go on, a cohort to put away. */
  private nextMs(): number | undefined {
    const now = this.parts.clock.now()
    let next = Infinity
    for (const cohort of this.desk.open.values()) {
      next = Math.min(next, cohort.nextParkedMs() ?? Infinity)
      if (cohort.keptUntilMs > now) next = Math.min(next, cohort.keptUntilMs)
      if (cohort.idle()) continue
      const account = this.parts.accountOf(cohort.header.operator)?.account
      // Also where the wait is over by now: it was not when tokens were asked for, and nobody else would wake us.
      if (account && account.waitUntilMs() >= this.filledAtMs) next = Math.min(next, account.waitUntilMs())
    }
    return next === Infinity ? undefined : next
  }
}
