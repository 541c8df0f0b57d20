/** A situation that affects service (topic `disruptions`, compacted by operator/id; written by detect only). */
export interface Disruption {
  readonly operator: string
  /** Deterministic: the same observations give the same id. */
  readonly id: string
  readonly rule: Rule
  readonly origin: Origin
  readonly state: DisruptionState
  readonly publication: Publication
  /** ORed; empty = the whole operator. Fields inside one scope are ANDed. */
  readonly scopes: readonly Scope[]
  readonly effect: Effect
  readonly cause: Cause
  readonly severity: Severity
  /** Epoch seconds of feed time; 0 = not yet. */
  readonly suspectedAt: number
  readonly openedAt: number
  readonly closedAt: number
  /** Told only within; 0 = open end. */
  readonly communication: Period
  /** When service is affected; empty = from opening to closing. */
  readonly impact: readonly Period[]
  /** The facts as they were at each revision, oldest first; the last one is current. */
  readonly revisions: readonly Revision[]
  /** Texts that replace the generated ones. */
  readonly texts: readonly Text[]
  /** What it was concluded from, as JSON for people and for replay. */
  readonly evidence: string
}

/** Facts as told to riders at once; a new revision exists only when riders would want to know. */
export interface Revision {
  /** From 1. */
  readonly number: number
  /** Epoch seconds of feed time. */
  readonly at: number
  readonly severity: Severity
  readonly effect: Effect
  readonly scopes: readonly Scope[]
  /** Seconds; both 0 when not about a delay. */
  readonly delayMin: number
  readonly delayMax: number
  readonly cancelled: readonly CancelledTrip[]
  /** Estimated end, epoch seconds; 0 = unknown. An estimate never expires or silences anything. */
  readonly estimatedEnd: number
  /** Declared end, epoch seconds; 0 = none. The only end that expires a message. */
  readonly declaredEnd: number
  /** Epoch seconds; 0 = none promised. */
  readonly nextUpdate: number
  readonly closing: boolean
}

export interface CancelledTrip {
  /** Scheduled departure at the first stop, epoch seconds. */
  readonly departure: number
  readonly from: string
  readonly towards: string
  readonly direction: number
}

export interface Scope {
  /** Line id, or empty. */
  readonly line: string
  /** Topic id, or empty. */
  readonly topic: string
  /** GTFS stop_id of a stop or station, or empty. */
  readonly stop: string
  /** 0, 1, or 2 = both. */
  readonly direction: number
  /** A section by GTFS stop_ids; both empty = the whole line. */
  readonly fromStop: string
  readonly toStop: string
}

export interface Period {
  /** Epoch seconds; 0 = open. */
  readonly start: number
  readonly end: number
}

export interface Text {
  /** BCP 47, or empty when the source did not say. */
  readonly language: string
  readonly text: string
}

export const rules = ['DELAY', 'CANCELLED', 'ALERT', 'NOTICE'] as const
export type Rule = (typeof rules)[number]
export const origins = ['DETECTED', 'DECLARED', 'FEED'] as const
export type Origin = (typeof origins)[number]
export const disruptionStates = ['SUSPECTED', 'OPEN', 'CLOSED'] as const
export type DisruptionState = (typeof disruptionStates)[number]
/** HELD: shadow, or waiting for staff. SCHEDULED: told from communication.start. TOLD. WITHDRAWN: dismissed or sent in error. */
export const publications = ['HELD', 'SCHEDULED', 'TOLD', 'WITHDRAWN'] as const
export type Publication = (typeof publications)[number]
/** Ascending; the two bits of the packed record. */
export const severities = ['INFO', 'WARNING', 'SEVERE'] as const
export type Severity = (typeof severities)[number]
/** GTFS-realtime Alert.Effect. */
export const effects = [
  'UNKNOWN_EFFECT', 'NO_SERVICE', 'REDUCED_SERVICE', 'SIGNIFICANT_DELAYS', 'DETOUR', 'ADDITIONAL_SERVICE', 'MODIFIED_SERVICE',
  'OTHER_EFFECT', 'STOP_MOVED', 'NO_EFFECT', 'ACCESSIBILITY_ISSUE',
] as const // prettier-ignore
export type Effect = (typeof effects)[number]
/** GTFS-realtime Alert.Cause. */
export const causes = [
  'UNKNOWN_CAUSE', 'OTHER_CAUSE', 'TECHNICAL_PROBLEM', 'STRIKE', 'DEMONSTRATION', 'ACCIDENT', 'HOLIDAY', 'WEATHER', 'MAINTENANCE',
  'CONSTRUCTION', 'POLICE_ACTIVITY', 'MEDICAL_EMERGENCY', 'SPECIAL_EVENT',
] as const // prettier-ignore
export type Cause = (typeof causes)[number]

export const bothDirections = 2

export const severityRank = (severity: Severity): number => severities.indexOf(severity)

/** The current facts; a suspected disruption has none yet. */
export const newest = (d: Disruption): Revision | undefined => d.revisions.at(-1)

export const lineScope = (line: string, direction = bothDirections): Scope => ({
  line,
  topic: '',
  stop: '',
  direction,
  fromStop: '',
  toStop: '',
})

/** The lines it names, each once. */
export const linesOf = (d: { readonly scopes: readonly Scope[] }): string[] => [...new Set(d.scopes.map((s) => s.line).filter(Boolean))]
