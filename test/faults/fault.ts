import type { Given, Mode } from './ground'
import type { Fault as Injected } from './process'
import type { Run } from './run'
import type { Stage } from './system'

/** A row of the table: what stands ready, what goes wrong in the middle of a fan-out, and what must hold beside the laws. */
export interface FaultRow {
  readonly id: string
  readonly modes: readonly Mode[]
  readonly given?: Given
  /** Seconds from the start until the notices' declared end; then nobody hears an all-clear. */
  readonly endsAfter?: number
  /** Only the alert: no change, no all-clear. */
  readonly alertOnly?: boolean
  /** Armed at the first start of a stage: a crash point, a planted bug. */
  readonly armed?: Partial<Record<Stage, Injected>>
  /** At every start of every process. */
  readonly lasting?: (folder: string) => Injected
  /** Why it cannot be run here. */
  readonly missing?: () => string | undefined
  /** Before the processes start. */
  readonly before?: (run: Run) => Promise<void>
  /** While the first revision is being sent; it sets how many copies there may be. */
  readonly inject?: (run: Run) => Promise<void>
  /** When all has come to rest: what is wrong beside the laws. */
  readonly invariants?: (run: Run) => readonly string[]
  /** How long the story may take in all, seconds. */
  readonly withinSeconds?: number
  /** How long nothing need come until the missing are given up. */
  readonly givenUpAfterMs?: number
  /** Only with --long. */
  readonly long?: boolean
}

export interface ResultRow {
  readonly fault: string
  readonly mode: Mode
  readonly runs: number
  readonly lost: number
  readonly duplicates: number
  readonly bound: number
  readonly orderViolations: number
  readonly afterExpiry: number
  readonly longestPauseMs: number
  /** What was broken: law and detail; empty = passed. */
  readonly broken: readonly string[]
}
