/** One line of `npm run bench`. Ours and the baseline come from the same run, so that the ratio holds on a noisy machine. */
export interface BenchRow {
  readonly bench: string
  /** Median of ours and of the baseline, in `unit`. */
  readonly ours: number
  readonly baseline: number
  /** baseline ÷ ours where less is better; what it means stands in the note. */
  readonly ratio: number
  readonly unit: string
  /** Of ours. */
  readonly p50: number
  readonly p99: number
  readonly note: string
}
