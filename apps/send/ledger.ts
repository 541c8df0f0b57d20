import type { Clock } from '#domain/ports'
import { slotBytes, slotsPerChunk } from '#domain/slot'
import type { Cohorts } from '#store/ports'
import type { OpenCohort } from './openCohort'

const chunkBytes = slotsPerChunk * slotBytes
const pauseMs = 1000

/**
 * Writes changed slots durably, in groups: while one write is under way, everything else that changes waits for the next. One writer a cohort;
 * what was written later always holds what was written before. When the store is down, it tries again until it is stopped.
 */
export class Ledger {
  private dirty = new Map<OpenCohort, Set<number>>()
  private next = Promise.withResolvers<void>()
  private writing = false
  private stopped = false

  constructor(
    private readonly cohorts: Pick<Cohorts, 'writeChunks'>,
    private readonly clock: Clock,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Resolves when the slots, as they are now or later, are durable. */
  write(cohort: OpenCohort, slots: readonly number[]): Promise<void> {
    const chunks = this.dirty.get(cohort) ?? new Set()
    for (const slot of slots) chunks.add(Math.floor(slot / slotsPerChunk))
    this.dirty.set(cohort, chunks)
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
      await this.untilWritten(dirty)
      written.resolve()
    }
    this.writing = false
  }

  private async untilWritten(dirty: ReadonlyMap<OpenCohort, ReadonlySet<number>>): Promise<void> {
    while (!this.stopped) {
      try {
        return void (await this.cohorts.writeChunks(
          [...dirty].flatMap(([cohort, chunks]) => [...chunks].map((chunk) => copyOf(cohort, chunk))),
        ))
      } catch (error) {
        this.failed(error)
        await this.clock.sleep(pauseMs)
      }
    }
    await new Promise(() => undefined)
  }
}

const copyOf = (cohort: OpenCohort, chunk: number) => ({
  id: cohort.id,
  epoch: 1,
  chunk,
  slots: Buffer.from(cohort.slots.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes)),
})
