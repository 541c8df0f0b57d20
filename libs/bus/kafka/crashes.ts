import type { Clock } from '#domain/ports'

/** Counts the ends that a consumer does not recover from by itself: the third within five minutes is one too many. */
export class Crashes {
  private at: number[] = []

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  /** Call once for each. */
  isTooOften(): boolean {
    const now = this.clock.elapsed()
    this.at = [...this.at.filter((at) => now - at < windowMs), now]
    return this.at.length >= most
  }
}

const most = 3
const windowMs = 5 * 60_000
