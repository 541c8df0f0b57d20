/** One line of `npm run bench`. Ours and the baseline come from the same run, so that the ratio holds on a noisy machine. */
export interface BenchRow {
  readonly bench: string
  /** Median of ours and of the baseline, in `unit`. */
  readonly ours: number
  readonly baseline: number
  /** How many times better ours is, everywhere; below 1 it is worse: see ratioOf. */
  readonly ratio: number
  readonly unit: string
  /** Of ours. */
  readonly p50: number
  readonly p99: number
  /** What was measured, what the baseline is, and how often. */
  readonly note: string
}

/** Where less is better (times, memory) baseline ÷ ours, where more is better (rates) ours ÷ baseline. */
export const ratioOf = (better: 'less' | 'more', ours: number, baseline: number): number =>
  better === 'less' ? baseline / ours : ours / baseline
