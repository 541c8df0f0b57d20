import { Inject, Injectable } from '@nestjs/common'
import type { Bus } from '#bus/bus'
import { dispatches } from '#bus/topics'
import { publish } from '#bus/typed'
import { encodeCohortHeader } from '#domain/cohortHeader'
import { type Disruption, newest } from '#domain/disruption'
import type { Clock } from '#domain/ports'
import { recipientBytes } from '#domain/recipient'
import { type NewCohort, cohortsOf } from '#matching/cohorts'
import { factsOf } from '#matching/facts'
import type { Found } from '#matching/found'
import { placesTouched } from '#matching/places'
import type { RiderSet } from '#matching/riderSet'
import { type PageReader, who } from '#matching/who'
import { BUS, CLOCK, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { Abreast } from './abreast'
import { Ledger, type Numbered, type Opened, type OpenedCohort, cohortPrefix, numbered, openedBy } from './ledger'
import { cohortsOpened, dispatchesWritten, matchSeconds, ridersMatched } from './metrics'
import { Serial } from './serial'
import { isTellable } from './tellable'
import { World } from './world'

/** What led to a cohort. */
export type Occasion = 'revision' | 'look' | 'rider'

/**
 * Opens cohorts and writes their dispatches: the only place that does.
 *
 * Concurrency: several instances may tell of the same disruption at once (a rider's partition and the operator's may have different owners).
 * Whoever opens cohort N of a channel has read all cohorts before it and left out their riders; whoever finds N taken reads again, leaves
 * out more, and goes on with N+1. So a rider is in one cohort only, whoever wins, and a redo finds nobody left. Within this process
 * disruptions are told one at a time, which also covers a rider who changes the channel meanwhile.
 *
 * Order in which a cohort becomes durable: cohort, then due time and dispatch side by side. The dispatch is what wakes the sender; the due time (now) is the safety
 * net that lets it find the cohort when the bus has lost the dispatch. What a crash between them has left out is made good by whoever tells
 * of the disruption next: it writes the dispatches of all cohorts that this process has not dispatched itself. To the sender a dispatch that
 * comes twice is no news.
 */
@Injectable()
export class Teller {
  private readonly ledger: Ledger
  private readonly serial = new Serial()
  /** Disruption → cohort → version that this process has dispatched. */
  private readonly dispatched = new Map<string, Map<string, string>>()

  constructor(
    @Inject(BUS) private readonly bus: Bus,
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly world: World,
  ) {
    this.ledger = new Ledger(store.cohorts)
  }

  /**
   * Tells everybody who must be told now and is in no cohort yet (of those in `pages`), and all cohorts of the newest revision. What has
   * changed while it waited for its turn counts: nothing is told of what has been closed or withdrawn since.
   */
  tell(asked: Disruption, occasion: Occasion, pages: PageReader = this.store.pages): Promise<void> {
    return this.one(asked, async () => {
      const d = this.world.find(asked.operator, asked.id)
      if (!d || !isTellable(d, this.now())) return
      const opened = await this.ledger.read(d.operator, d.id)
      await this.dispatchOpened(d, opened)
      await this.openRest(d, occasion, pages, opened)
    })
  }

  /** A dispatch without recipients for every cohort: only who was told hears of it. Nobody new is told any more. */
  update(d: Disruption): Promise<void> {
    return this.one(d, async () => {
      await this.dispatchOpened(d, await this.ledger.read(d.operator, d.id))
      this.forgetCopies(d.operator, d.id)
    })
  }

  /** Whether the rider is certainly in a cohort of the disruption; false: `tell` finds out. */
  hasTold(d: Disruption, rider: number): boolean {
    return this.ledger.knows(d.operator, d.id, rider)
  }

  /** Whom a disruption would reach now, without those in `told`. */
  async find(d: Disruption, pages: PageReader = this.store.pages, told?: RiderSet): Promise<Found> {
    return who(factsOf(d), await this.world.surroundings(d.operator), pages, this.now(), told)
  }

  /** Whether it concerns one of these scopes at all; whoever stands in none need not be looked for. */
  async touches(d: Disruption, scopes: ReadonlyMap<string, unknown>): Promise<boolean> {
    const { lines } = await this.world.surroundings(d.operator)
    return placesTouched(factsOf(d), lines).some(({ scope }) => scopes.has(scope))
  }

  /** Drops the cohorts of a disruption that has been erased. */
  forget(operator: string, disruption: string): Promise<void> {
    return this.serial.run(cohortPrefix(operator, disruption), async () => {
      for (const { id } of await this.store.cohorts.list(cohortPrefix(operator, disruption))) await this.store.cohorts.drop(id)
      this.forgetCopies(operator, disruption)
    })
  }

  /** The store is another one than before: nothing that is remembered of it holds. */
  forgetAll(): void {
    this.ledger.forgetAll()
    this.dispatched.clear()
  }

  private forgetCopies(operator: string, disruption: string): void {
    this.ledger.forget(operator, disruption)
    this.dispatched.delete(cohortPrefix(operator, disruption))
  }

  private now(): number {
    return Math.floor(this.clock.now() / 1000)
  }

  private one<T>(d: Disruption, task: () => Promise<T>): Promise<T> {
    return this.serial.run(cohortPrefix(d.operator, d.id), task)
  }

  /** Until a whole round finds nobody or opens all that it found. */
  private async openRest(d: Disruption, occasion: Occasion, pages: PageReader, opened: Opened): Promise<void> {
    const began = this.clock.elapsed()
    let cohorts = cohortsOf(await this.find(d, pages, opened.riders))
    while (!(await this.openAll(d, occasion, cohorts, opened))) {
      opened = await this.ledger.read(d.operator, d.id)
      cohorts = cohortsOf(await this.find(d, pages, opened.riders))
    }
    matchSeconds.observe({ operator: d.operator }, (this.clock.elapsed() - began) / 1000)
  }

  /** False: a number was taken by somebody else; the rest is not opened. */
  private async openAll(d: Disruption, occasion: Occasion, cohorts: readonly NewCohort[], opened: Opened): Promise<boolean> {
    const planned = numbered(cohorts, opened)
    return this.dispatching(async (dispatches) => {
      for (let i = 0; i < planned.length; i += openedAtOnce) {
        const some = planned.slice(i, i + openedAtOnce)
        const mine = await this.open(d, occasion, some)
        for (const { cohort, recipients } of mine) await dispatches.begin(() => this.dispatch(d, cohort, recipients))
        if (mine.length < some.length) return false
      }
      return true
    })
  }

  /** In their order, until somebody else has opened a cohort with the number. */
  private async open(
    d: Disruption,
    occasion: Occasion,
    some: readonly Numbered[],
  ): Promise<{ cohort: OpenedCohort; recipients: Buffer }[]> {
    const planned = some.map((cohort) => ({ cohort: openedBy(d, cohort, revisionOf(d), this.clock.now()), recipients: cohort.recipients }))
    const puts = planned.map(({ cohort: { id, header }, recipients }) => ({ id, header: encodeCohortHeader(header), recipients }))
    const mine = planned.slice(0, await this.store.cohorts.openAll(puts))
    for (const { cohort, recipients } of mine) {
      const labels = { operator: d.operator, channel: cohort.header.channel, occasion }
      cohortsOpened.inc(labels)
      ridersMatched.inc(labels, recipients.length / recipientBytes)
    }
    return mine
  }

  /** Cohorts of this revision carry their recipients: their first dispatch may have been lost in a crash. */
  private dispatchOpened(d: Disruption, { cohorts }: Opened): Promise<void> {
    return this.dispatching(async (dispatches) => {
      for (const cohort of cohorts) {
        if (this.dispatchedOf(d).get(cohort.id) !== versionOf(d)) await dispatches.begin(() => this.dispatchAgain(d, cohort))
      }
    })
  }

  private async dispatchAgain(d: Disruption, cohort: OpenedCohort): Promise<void> {
    const isFirst = cohort.header.revision === revisionOf(d)
    await this.dispatch(d, cohort, isFirst ? ((await this.store.cohorts.recipients(cohort.id)) ?? none) : none)
  }

  /** All that the task has begun is durable when it resolves, also when it gives up on the way. */
  private async dispatching<T>(task: (dispatches: Abreast) => Promise<T>): Promise<T> {
    const dispatches = new Abreast(dispatchesAtOnce)
    try {
      return await task(dispatches)
    } finally {
      await dispatches.end()
    }
  }

  private async dispatch(d: Disruption, { id, header }: OpenedCohort, recipients: Uint8Array): Promise<void> {
    const { operator, disruption, channel, cohort } = header
    const revision = revisionOf(d)
    const record = { operator, disruption, channel, cohort, revision, severity: d.severity, recipients }
    // Side by side: both are durable before the disruption's record is committed, and a redo does both again.
    await Promise.all([this.store.cohorts.setDue(id, this.clock.now()), publish(this.bus, dispatches(channel), [record])])
    this.dispatchedOf(d).set(id, versionOf(d))
    dispatchesWritten.inc({ operator, channel, kind: recipients.length > 0 ? 'first' : 'update' })
  }

  private dispatchedOf({ operator, id }: Pick<Disruption, 'operator' | 'id'>): Map<string, string> {
    const prefix = cohortPrefix(operator, id)
    const known = this.dispatched.get(prefix) ?? new Map<string, string>()
    this.dispatched.set(prefix, known)
    return known
  }
}

/** 32 KiB each with recipients: a step of the store that holds up nobody. */
const openedAtOnce = 8
const dispatchesAtOnce = 32
const none = new Uint8Array(0)

/** What a sender must be woken for: a new revision, but also a withdrawal, which has none. */
const versionOf = (d: Disruption): string => `${revisionOf(d)}/${d.state}/${d.publication}`
const revisionOf = (d: Disruption): number => newest(d)?.number ?? 0
