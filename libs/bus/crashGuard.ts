import type { Batch, InRecord } from './bus'
import { type Attempt, type Attempts, type Place, upTo } from './recordLog'

/**
 * Finds the record that kills the process. What is being handled is noted beforehand, but only for the first batch after a start (on Kafka:
 * after the member got the partition): if the
 * process dies in it, the next start meets its own note and goes through that batch record by record, and the suspects of all partitions one
 * at a time, so that none is blamed for its neighbour. A record that has killed three times is put aside. After the first batch, the normal
 * path pays nothing.
 */
export class CrashGuard {
  /** Until the first batch that is not suspected is noted. */
  watching = true
  /** What an earlier start left behind; null = not yet looked. */
  private found: Attempt | undefined | null = null

  constructor(
    private readonly attempts: Attempts,
    private readonly place: Place,
    private readonly alone: OneAtATime,
  ) {}

  /** The batch, or its first record alone where it is suspected. */
  async limit(batch: Batch): Promise<Batch> {
    if (!this.watching) return batch
    if (this.found === null) this.found = await this.attempts.find(this.place)
    return this.suspected(batch) ? { ...batch, records: batch.records.slice(0, 1) } : batch
  }

  async handle(batch: Batch, steps: GuardedSteps): Promise<void> {
    if (!this.watching) return steps.deliver(batch)
    const suspected = this.suspected(batch)
    if (suspected) return this.alone(() => this.handleSuspect(batch, suspected, steps))
    return this.noted({ first: firstOf(batch), last: upTo(batch), tries: 1 }, () => {
      this.watching = false
      return steps.deliver(batch)
    })
  }

  private handleSuspect(batch: Batch, found: Attempt, steps: GuardedSteps): Promise<void> {
    const first = firstOf(batch)
    const tries = triesOf(found, first)
    if (tries >= maxTries) return steps.putAside(batch, tries)
    return this.noted({ first, last: found.last, tries: tries + 1 }, () => steps.deliver(batch))
  }

  /** A handler that rejects has not killed anything: a store that is down must not make records suspect. */
  private async noted(attempt: Attempt, deliver: () => Promise<void>): Promise<void> {
    await this.attempts.put(this.place, attempt)
    try {
      await deliver()
    } catch (error) {
      await this.attempts.drop(this.place)
      throw error
    }
  }

  private suspected(batch: Batch): Attempt | undefined {
    return this.found && firstOf(batch) <= this.found.last ? this.found : undefined
  }
}

export interface GuardedSteps {
  readonly deliver: (batch: Batch) => Promise<void>
  /** Its one record has killed `tries` times. */
  readonly putAside: (batch: Batch, tries: number) => Promise<void>
}

export type OneAtATime = (step: () => Promise<void>) => Promise<void>

export function oneAtATime(): OneAtATime {
  let last: Promise<void> = Promise.resolve()
  return (step) => {
    const mine = last.then(step)
    last = mine.catch(() => {})
    return mine
  }
}

/** The first of the noted ones was tried as often as the note says; those behind it have only been in the same batch. */
const triesOf = (found: Attempt, position: bigint): number => (position === found.first ? found.tries : 1)
const firstOf = (batch: Batch): bigint => (batch.records[0] as InRecord).position

const maxTries = 3
