import type { Mode } from './line'

/** When is it a disruption; seconds and shares. An operator's `detection` settings; docs/decisions/0004 tells how they are meant. */
export interface DetectionSettings {
  /** Late from here on. */
  readonly lateSeconds: number
  /** A line is late when at least so many of its running, joined trips are, … */
  readonly minTrips: number
  /** … and at least this share of them (0–1). */
  readonly minShare: number
  /** Snapshots in a row to open, and to close. */
  readonly feedsToOpen: number
  readonly feedsToClose: number
  /** On time again below this. */
  readonly clearSeconds: number
  /** SEVERE from here on. */
  readonly severeSeconds: number
  /** An update is told when the delay changed by this much, … */
  readonly updateStepSeconds: number
  /** … and the last message is at least so old. */
  readonly updateAfterSeconds: number
  /** Thresholds of a mode that differ from those above. */
  readonly byMode?: Readonly<Partial<Record<Mode, Partial<Thresholds>>>>
}

export interface Thresholds {
  readonly lateSeconds: number
  readonly clearSeconds: number
  readonly severeSeconds: number
}
