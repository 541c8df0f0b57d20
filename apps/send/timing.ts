import { type LeaseTiming, usualLeases } from '#service/shards'

/** How often a sender renews, looks and looks back; milliseconds. */
export interface Timing extends LeaseTiming {
  /** Between two looks for cohorts that are due and not open. */
  readonly dueMs: number
  /** Between two looks for intents without an end; the first comes soon after a shard was taken over. */
  readonly sweepMs: number
  readonly firstSweepMs: number
}

export const usualTiming: Timing = { ...usualLeases, dueMs: 15_000, sweepMs: 300_000, firstSweepMs: 5000 }
