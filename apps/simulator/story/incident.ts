import type { PlannedLine } from '../plan/plan'

/** What the simulated city does to its riders; the detector under test must find out by itself. */
export type IncidentKind = 'DELAY' | 'CANCELLED' | 'ALERT' | 'OUTAGE'

/** A planned incident: the known truth that a detector is scored against. Times are epoch seconds, with fractions where the story runs fast. */
export interface Incident {
  /** Unique in a story, e.g. `breakdown-0-lindenau:tram-3`. */
  readonly id: string
  readonly operator: string
  readonly kind: IncidentKind
  /** Empty: the whole operator. */
  readonly lines: readonly PlannedLine[]
  /** Index of the stop before the blocked section and of the one after it, in the order of the way there; undefined: the whole line. */
  readonly section: { readonly from: number; readonly to: number } | undefined
  readonly start: number
  readonly end: number
  /** Predicted delays, each from its time on; seconds. */
  readonly steps: readonly DelayStep[]
  /** The operator's own words, for an ALERT. */
  readonly alert: OperatorAlert | undefined
}

export interface DelayStep {
  readonly at: number
  readonly low: number
  readonly high: number
}

/** GTFS-realtime words: effect, cause, severity. */
export interface OperatorAlert {
  readonly effect: 'DETOUR' | 'ACCESSIBILITY_ISSUE' | 'REDUCED_SERVICE' | 'STOP_MOVED' | 'SIGNIFICANT_DELAYS'
  readonly cause: 'TECHNICAL_PROBLEM' | 'STRIKE' | 'WEATHER' | 'CONSTRUCTION' | 'ACCIDENT' | 'POLICE_ACTIVITY' | 'MAINTENANCE'
  readonly severity: 'INFO' | 'WARNING' | 'SEVERE'
  readonly header: Bilingual
  readonly description: Bilingual
  /** Name of the stop that it is about; undefined: the whole line. */
  readonly stop: string | undefined
}

export interface Bilingual {
  readonly de: string
  readonly en: string
}

export const isActive = (incident: Incident, at: number): boolean => incident.start <= at && at < incident.end
