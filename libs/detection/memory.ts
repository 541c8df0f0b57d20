import type { Disruption } from '#domain/disruption'
import type { Judgement } from './lineRule'

/** A disruption in the detector's hands, with what staff did to it. */
export interface Situation {
  readonly disruption: Disruption
  /** Ids of the acts applied, so that a repeat changes nothing. */
  readonly acts: readonly string[]
  /** Staff changed its facts: the rule adds no revision of its own any more, it only closes. */
  readonly byStaff: boolean
  /** Staff confirmed it: told when it opens, whatever the policy. */
  readonly confirmed: boolean
  /** Id of the disruption that tells its cause already, as long as it is held for that (covered.ts). */
  readonly coveredBy?: string
}

/**
 * IDLE → SUSPECTED → OPEN → IDLE. MUTED: staff dismissed or cleared it while the rule still sees it; it does not open again before the line was
 * clear (delay), or before something new comes (cancelled trips).
 */
export type Phase = 'IDLE' | 'SUSPECTED' | 'OPEN' | 'MUTED'

/** What a rule remembers of a line between two snapshots. Equal inputs give equal memories, so that a redo gives the same records. */
export interface RuleMemory {
  readonly phase: Phase
  /** Snapshots in a row that speak for the next phase. */
  readonly streak: number
  /** Snapshots in a row in which more of the line was affected than what was told. */
  readonly widening: number
  /** Feed time of the last snapshot judged, and of the last one that had anything to judge by. */
  readonly judgedAt: number
  readonly evidenceAt: number
  readonly situation: Situation | undefined
  readonly watched: readonly WatchedTrip[]
  /** Seconds of delay, not rounded, when riders were last told. */
  readonly told: { readonly low: number; readonly high: number }
  /** While it is held under a cover: what the last snapshot would have told; absent when that did not see it. */
  readonly ready?: Ready
}

export type Ready = Pick<Judgement, 'facts' | 'evidence' | 'measured'>

/** A trip that the rule must not forget when it vanishes from the feed. */
export interface WatchedTrip {
  readonly key: string
  readonly direction: number
  /** Seconds; 0 for a cancelled trip. */
  readonly delay: number
  /** Counts until then: last predicted arrival and grace for a late trip, departure for a cancelled one. Epoch seconds. */
  readonly until: number
  /** Names of its first stop and terminus, for a cancelled trip. */
  readonly from: string
  readonly towards: string
  /** Staff dismissed or cleared it: it is not told again. */
  readonly dismissed: boolean
}

export const idle: RuleMemory = {
  phase: 'IDLE',
  streak: 0,
  widening: 0,
  judgedAt: 0,
  evidenceAt: 0,
  situation: undefined,
  watched: [],
  told: { low: 0, high: 0 },
}

/** Back to nothing, but for what staff dismissed. */
export function idleAfter(watched: readonly WatchedTrip[]): RuleMemory {
  const kept = watched.filter((w) => w.dismissed)
  return kept.length > 0 ? { ...idle, watched: kept } : idle
}

/** After an act of staff ended it: what the rule sees now is not told again. */
export const muted = (memory: RuleMemory, situation: Situation): RuleMemory => ({
  ...memory,
  phase: 'MUTED',
  streak: 0,
  widening: 0,
  situation,
  watched: memory.watched.map((w) => ({ ...w, dismissed: true })),
})
