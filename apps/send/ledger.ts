import type { Clock } from '#domain/ports'
import { slotBytes, slotsPerChunk } from '#domain/slot'
import type { Cohorts } from '#store/ports'
import type { OpenCohort } from './openCohort'

const chunkBytes = slotsPerChunk * slotBytes
const pauseMs = 1000

/** Cohorts that somebody newer owns: nothing of theirs was written. */
export type Refused = ReadonlySet<OpenCohort>

/**
 * Writes changed slots durably, in groups: while one write is under way, everything else that changes waits for the next. One writer a cohort;
 * what was written later always holds what was written before. When the store is down, it tries again until it is stopped.
 */
export class Ledger {
  private dirty = new Map<OpenCohort, Set<number>>()
  private next = Promise.withResolvers<Refused>()
  private writing = false
  private stopped = false

  constructor(
    private readonly cohorts: Pick<Cohorts, 'writeChunks'>,
    private readonly clock: Clock,
    private readonly failed: (error: unknown) => void,
    /** Called before anybody learns of the refusal. */
    private readonly refused: (cohort: OpenCohort) => void,
  ) {}

  /** Resolves when the slots, as they are now or later, are durable; for the cohorts it answers, they never will be. */
  write(cohort: OpenCohort, slot: number): Promise<Refused> {
    let chunks = this.dirty.get(cohort)
    if (!chunks) this.dirty.set(cohort, (chunks = new Set()))
    chunks.add(Math.floor(slot / slotsPerChunk))
    const durable = this.next.promise
    if (!this.writing) void this.run()
    return durable
  }

  stop(): void {
    this.stopped = true
  }

  private async run(): Promise<void> {
    this.writing = true
    await Promise.resolve()
    while (this.dirty.size > 0 && !this.stopped) {
      const [dirty, written] = [this.dirty, this.next]
      this.dirty = new Map()
      this.next = Promise.withResolvers()
      const refused = await this.untilWritten(dirty)
      for (const cohort of refused) this.refused(cohort)
      written.resolve(refused)
    }
    this.writing = false
  }

  /** Cohorts that were dropped meanwhile are left out: a newer owner may write them by now. */
  private async untilWritten(dirty: ReadonlyMap<OpenCohort, ReadonlySet<number>>): Promise<Refused> {
    while (!this.stopped) {
      const mine = [...dirty].filter(([cohort]) => !cohort.isDropped)
      const writes = mine.flatMap(([cohort, chunks]) => [...chunks].map((chunk) => copyOf(cohort, chunk)))
      try {
        const refused = writes.length > 0 ? await this.cohorts.writeChunks(writes) : []
        return new Set([...dirty.keys()].filter((cohort) => cohort.isDropped || refused.includes(cohort.id)))
      } catch (error) {
        this.failed(error)
        await this.clock.sleep(pauseMs)
      }
    }
    return new Promise(() => undefined)
  }
}

const copyOf = (cohort: OpenCohort, chunk: number) => ({
  id: cohort.id,
  epoch: cohort.epoch,
  chunk,
  slots: Buffer.from(cohort.slots.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes)),
})
