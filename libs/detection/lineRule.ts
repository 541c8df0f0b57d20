import type { Trip } from '#domain/frame'
import type { Disruption, Rule } from '#domain/disruption'
import type { Line } from '#domain/line'
import type { RuleMemory, WatchedTrip } from './memory'
import type { DetectorSettings } from './settings'
import type { Facts } from './situation'

/** A line at a believed snapshot: what a rule may judge by. */
export interface LineView {
  readonly settings: DetectorSettings
  readonly line: string
  /** Names and stops; undefined until ingest has written the line. */
  readonly info: Line | undefined
  readonly trips: ReadonlyMap<string, Trip>
  /** What is told of the operator's lines by its feed and its staff and applies now (covered.ts). */
  readonly covers: readonly Disruption[]
  /** Feed time, epoch seconds. */
  readonly now: number
}

/**
 * BAD: the situation is there. BETWEEN: neither. CLEAR: it is over, and trips that were seen say so. OVER: it is over as announced, no word
 * needed. BLIND: nothing to judge by; absence of realtime is never "on time".
 */
export type Verdict = 'BAD' | 'BETWEEN' | 'CLEAR' | 'OVER' | 'BLIND'

export interface Judgement {
  readonly verdict: Verdict
  /** What a revision would say now; undefined where nothing would be said. */
  readonly facts: Facts | undefined
  /** Riders would want to know, compared with what they were told last. */
  readonly news: boolean
  /** More of the line is affected than was told. */
  readonly wider: boolean
  /** Something that a dismissal did not cover. */
  readonly fresh: boolean
  readonly watched: readonly WatchedTrip[]
  /** Seconds, not rounded; what `news` is measured from later. */
  readonly measured: { readonly low: number; readonly high: number }
  /** Trips that decided it, as JSON for people. */
  readonly evidence: object
}

/** One rule: when a line is in the situation, when it is over, and what is said. The life of the disruption is lifecycle.ts's. */
export interface LineRule {
  readonly rule: Rule
  /** In the disruption's id: `tram-3-delay-1768595040`. */
  readonly idWord: string
  readonly feedsToOpen: (settings: DetectorSettings) => number
  readonly judge: (memory: RuleMemory, view: LineView) => Judgement
}
