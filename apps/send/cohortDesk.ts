import { type CohortHeader, decodeCohortHeader, encodeCohortHeader } from '#domain/cohortHeader'
import { type Dispatch, allCohortShards, cohortId } from '#domain/dispatch'
import type { Clock } from '#domain/ports'
import type { ChannelName } from '#domain/rider'
import type { Cohorts } from '#store/ports'
import { OpenCohort } from './openCohort'
import type { Tally } from './tally'

const everything = Number.MAX_SAFE_INTEGER
const pageSize = 100_000

/**
 * The open cohorts of a channel. What the store says is due is open; a cohort is due from its dispatch on until nothing is left to do. Acts on
 * one cohort run one after the other, so that a dispatch that comes while it is put away opens it again.
 */
export class CohortDesk {
  readonly open = new Map<string, OpenCohort>()
  private readonly tails = new Map<string, Promise<unknown>>()
  private readonly dueMs = new Map<string, number>()

  constructor(
    private readonly channel: ChannelName,
    private readonly cohorts: Cohorts,
    private readonly clock: Clock,
    private readonly tally: Tally,
    /** Called as soon as a cohort is open: its riders need not wait until its due time is durable. */
    private readonly onOpen: () => void,
  ) {}

  /** Durable when it resolves: from then on the slots are the queue. False: nobody knows the cohort, and the dispatch has no recipients. */
  dispatched(d: Dispatch): Promise<boolean> {
    const id = cohortId(d)
    return this.serial(id, async () => {
      const known = this.open.get(id)
      known?.revise(d.revision)
      if (known) return true
      const cohort = (await this.load(id, d.revision)) ?? (await this.create(id, d))
      if (!cohort) return false
      this.add(cohort)
      this.onOpen()
      await this.setDue(id, this.clock.now())
      return true
    })
  }

  /** Opens what was due when the process ended, without a dispatch. */
  async resume(): Promise<number> {
    const ids = await this.cohorts.due(this.channel, allCohortShards, everything, pageSize)
    for (const id of ids) {
      await this.serial(id, async () => {
        const cohort = this.open.has(id) ? undefined : await this.load(id, 0)
        if (cohort) this.add(cohort)
      })
    }
    return ids.length
  }

  /** Puts away what is done; what only waits for retries is due then. */
  async tidy(): Promise<void> {
    const idle = [...this.open.values()].filter((cohort) => cohort.idle())
    await Promise.all(idle.map((cohort) => this.serial(cohort.id, () => this.putAway(cohort))))
  }

  private async putAway(cohort: OpenCohort): Promise<void> {
    if (!cohort.idle() || this.open.get(cohort.id) !== cohort) return
    const parkedMs = cohort.nextParkedMs()
    if (parkedMs !== undefined) return this.setDue(cohort.id, parkedMs)
    await this.setDue(cohort.id, undefined)
    if (!cohort.idle()) return
    this.open.delete(cohort.id)
    this.tally.done(cohort)
  }

  private async setDue(id: string, dueMs: number | undefined): Promise<void> {
    const due = dueMs === undefined ? undefined : Math.ceil(dueMs)
    if (due !== undefined && this.dueMs.get(id) === due) return
    await this.cohorts.setDue(id, due)
    if (due === undefined) this.dueMs.delete(id)
    else this.dueMs.set(id, due)
  }

  private add(cohort: OpenCohort): void {
    this.open.set(cohort.id, cohort)
    this.tally.opened(cohort)
  }

  private async load(id: string, revision: number): Promise<OpenCohort | undefined> {
    const [recipients, slots, entries] = await Promise.all([this.cohorts.recipients(id), this.cohorts.slots(id), this.cohorts.list(id)])
    const entry = entries.find((e) => e.id === id)
    if (!recipients || !slots || !entry) return undefined
    const header = decodeCohortHeader(entry.header)
    return new OpenCohort(id, header, recipients, slots, Math.max(revision, header.revision))
  }

  /** Only when the store was lost: match puts the cohort before it writes the dispatch. */
  private async create(id: string, d: Dispatch): Promise<OpenCohort | undefined> {
    if (d.recipients.length === 0) return undefined
    const { operator, disruption, channel, cohort, revision, severity } = d
    const header: CohortHeader = { operator, disruption, channel, cohort, revision, severity, openedAtMs: this.clock.now() }
    await this.cohorts.open(id, encodeCohortHeader(header), d.recipients)
    return this.load(id, revision)
  }

  private serial<T>(id: string, task: () => Promise<T>): Promise<T> {
    const mine = (this.tails.get(id) ?? Promise.resolve()).then(task, task)
    const tail = mine.catch(() => undefined)
    this.tails.set(id, tail)
    void tail.then(() => this.tails.get(id) === tail && this.tails.delete(id))
    return mine
  }
}
