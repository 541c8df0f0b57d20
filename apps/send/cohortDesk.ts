import { type CohortHeader, encodeCohortHeader } from '#domain/cohortHeader'
import { type Dispatch, cohortId } from '#domain/dispatch'
import type { Clock } from '#domain/ports'
import type { ChannelName } from '#domain/rider'
import type { Cohorts } from '#store/ports'
import { loadCohort } from './loadCohort'
import { OpenCohort } from './openCohort'
import type { Tally } from './tally'

const pageSize = 100_000
/** A cohort taken over stays open so long: an update that its last owner was told of may not have come to our copy of the facts yet. */
const keptMs = 30_000

export interface DeskParts {
  readonly channel: ChannelName
  readonly cohorts: Cohorts
  readonly clock: Clock
  readonly tally: Tally
  /** Whether a shard gained with this epoch is ours in this moment. */
  readonly serves: (shard: number, epoch: number) => boolean
  /** Called as soon as a cohort is open: its riders need not wait until its due time is durable. */
  readonly onOpen: () => void
}

/**
 * The open cohorts of a channel. What the store says is due is open; a cohort is due from its dispatch on until nothing is left to do. Acts on
 * one cohort run one after the other, so that a dispatch that comes while it is put away opens it again.
 */
export class CohortDesk {
  readonly open = new Map<string, OpenCohort>()
  private readonly tails = new Map<string, Promise<unknown>>()
  private readonly dueMs = new Map<string, number>()
  /** Open, and the store has not confirmed yet that they are ours. */
  private readonly unowned = new Set<string>()

  constructor(private readonly parts: DeskParts) {}

  /**
   * Durable when it resolves: from then on the slots are the queue. undefined: no such cohort, and the dispatch has no recipients. Rejects
   * when the store is down, or somebody newer has the cohort. `act`: what an order changes of it, before anything is sent.
   */
  dispatched(d: Dispatch, epoch: number, act?: (cohort: OpenCohort) => void): Promise<OpenCohort | undefined> {
    const id = cohortId(d)
    return this.serial(id, async () => {
      const known = this.open.get(id)
      known?.revise(d.revision)
      const opening = known ? { cohort: known, owning: this.ownedAgain(known) } : await this.loadOrCreate(id, epoch, d)
      if (opening === 'absent') return undefined
      if (opening === 'taken' || !this.isOurs(opening.cohort)) throw new Error(`${id} belongs to a newer sender`)
      if (!known) this.add(opening.cohort)
      act?.(opening.cohort)
      await this.opened(opening)
      return opening.cohort
    })
  }

  /** Opens what is due and not open; answers how many those were. */
  async resume(shard: number, epoch: number): Promise<number> {
    const { cohorts, channel, clock } = this.parts
    const due = await cohorts.due(channel, [shard], clock.now(), pageSize)
    const closed = due.filter((id) => !this.open.has(id))
    for (const id of closed) await this.take(id, epoch)
    return closed.length
  }

  /** Opens a cohort that nobody was told of; whoever has a newer claim to it keeps it. */
  take(id: string, epoch: number): Promise<void> {
    return this.serial(id, async () => {
      if (this.open.has(id)) return
      const opening = await this.load(id, epoch, 0, this.parts.clock.now() + keptMs)
      if (typeof opening === 'string' || !this.isOurs(opening.cohort)) return
      this.add(opening.cohort)
      this.parts.onOpen()
      if (!(await opening.owning)) this.drop(opening.cohort)
    })
  }

  /** A cohort as it is, open or not, for a change of its slots that is no news. Rejects like `dispatched`. */
  visit(id: string, epoch: number, act: (cohort: OpenCohort) => Promise<void>): Promise<void> {
    return this.serial(id, async () => {
      const known = this.open.get(id)
      if (known) return act(known)
      const opening = await this.load(id, epoch, 0)
      if (opening === 'absent') return
      if (opening === 'taken' || !(await opening.owning)) throw new Error(`${id} belongs to a newer sender`)
      await act(opening.cohort)
    })
  }

  /** Puts away what is done; what only waits for retries is due then. */
  async tidy(): Promise<void> {
    const now = this.parts.clock.now()
    const idle: OpenCohort[] = []
    for (const cohort of this.open.values()) if (cohort.idle() && cohort.keptUntilMs <= now && this.isOurs(cohort)) idle.push(cohort)
    if (idle.length > 0) await Promise.all(idle.map((cohort) => this.serial(cohort.id, () => this.putAway(cohort))))
  }

  ofShard(shard: number): OpenCohort[] {
    return [...this.open.values()].filter((cohort) => cohort.shard === shard)
  }

  /** Forgets it without writing anything: it is somebody else's. */
  drop(cohort: OpenCohort): void {
    if (cohort.isDropped) return
    cohort.isDropped = true
    if (this.open.get(cohort.id) !== cohort) return
    this.open.delete(cohort.id)
    this.dueMs.delete(cohort.id)
    this.unowned.delete(cohort.id)
    this.parts.tally.done(cohort)
  }

  private async putAway(cohort: OpenCohort): Promise<void> {
    if (!cohort.idle() || this.open.get(cohort.id) !== cohort || !this.isOurs(cohort)) return
    const parkedMs = cohort.nextParkedMs()
    if (parkedMs !== undefined) return this.setDue(cohort.id, parkedMs)
    await this.setDue(cohort.id, undefined)
    if (cohort.isDropped) return
    if (!cohort.idle()) return this.setDue(cohort.id, this.parts.clock.now())
    this.open.delete(cohort.id)
    this.parts.tally.done(cohort)
  }

  private isOurs = (cohort: OpenCohort): boolean => !cohort.isDropped && this.parts.serves(cohort.shard, cohort.epoch)

  /** When the store is down, the cohort stays open and the dispatch comes again. */
  private async opened({ cohort, owning }: Opening): Promise<void> {
    this.parts.onOpen()
    const [now, due] = [this.parts.clock.now(), this.dueMs.get(cohort.id)]
    this.unowned.add(cohort.id)
    const noted = owning.then((isOwned) => (this.unowned.delete(cohort.id), isOwned))
    const [isOwned] = await Promise.all([noted, due !== undefined && due <= now ? undefined : this.setDue(cohort.id, now)])
    if (isOwned) return
    this.drop(cohort)
    throw new Error(`${cohort.id} belongs to a newer sender`)
  }

  private ownedAgain = (cohort: OpenCohort): Promise<boolean> =>
    this.unowned.has(cohort.id) ? this.parts.cohorts.own(cohort.id, cohort.epoch) : owned

  private async setDue(id: string, dueMs: number | undefined): Promise<void> {
    const due = dueMs === undefined ? undefined : Math.ceil(dueMs)
    if (due !== undefined && this.dueMs.get(id) === due) return
    await this.parts.cohorts.setDue(id, due)
    if (due === undefined) this.dueMs.delete(id)
    else this.dueMs.set(id, due)
  }

  private add(cohort: OpenCohort): void {
    this.open.set(cohort.id, cohort)
    this.parts.tally.opened(cohort)
  }

  private async load(id: string, epoch: number, revision: number, keptUntilMs = 0): Promise<Opening | 'absent' | 'taken'> {
    const loading = await loadCohort(this.parts.cohorts, id, epoch)
    if (typeof loading === 'string') return loading
    const { loaded, owning } = loading
    return { cohort: new OpenCohort(id, loaded, Math.max(revision, loaded.header.revision), keptUntilMs), owning }
  }

  /** Created only when the store was lost: match puts the cohort before it writes the dispatch. */
  private async loadOrCreate(id: string, epoch: number, d: Dispatch): Promise<Opening | 'absent' | 'taken'> {
    const found = await this.load(id, epoch, d.revision)
    if (found !== 'absent' || d.recipients.length === 0) return found
    const { operator, disruption, channel, cohort, revision, severity } = d
    const header: CohortHeader = { operator, disruption, channel, cohort, revision, severity, openedAtMs: this.parts.clock.now() }
    await this.parts.cohorts.open(id, encodeCohortHeader(header), d.recipients)
    return this.load(id, epoch, revision)
  }

  private serial<T>(id: string, task: () => Promise<T>): Promise<T> {
    const mine = (this.tails.get(id) ?? Promise.resolve()).then(task, task)
    const tail = mine.catch(() => undefined)
    this.tails.set(id, tail)
    void tail.then(() => this.tails.get(id) === tail && this.tails.delete(id))
    return mine
  }
}

interface Opening {
  readonly cohort: OpenCohort
  /** Of a cohort that was open before: it is. */
  readonly owning: Promise<boolean>
}

const owned = Promise.resolve(true)
