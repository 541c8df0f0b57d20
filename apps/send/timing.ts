/** How often a sender renews, looks and looks back; milliseconds. */
export interface Timing {
  /** How long a lease lasts that is not renewed; it is renewed every third of it. */
  readonly leaseMs: number
  /** Between two looks whether the predecessor still holds a lease. */
  readonly pollMs: number
  /** Between two looks for cohorts that are due and not open. */
  readonly dueMs: number
  /** Between two looks for intents without an end; the first comes soon after a shard was taken over. */
  readonly sweepMs: number
  readonly firstSweepMs: number
}

export const usualTiming: Timing = { leaseMs: 10_000, pollMs: 200, dueMs: 15_000, sweepMs: 300_000, firstSweepMs: 5000 }
