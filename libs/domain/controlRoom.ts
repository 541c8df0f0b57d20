import type { Cause, DisruptionState, Effect, Origin, Period, Publication, Rule, Severity, Text } from './disruption'
import type { Mode } from './line'
import type { Language } from './operator'
import type { ChannelName } from './rider'
import type { SlotState } from './slot'

/** What the gateway's API answers and the console shows. Times are epoch seconds, 0 = none. */
export type LineStatus = 'GOOD' | 'MINOR' | 'MAJOR' | 'UNKNOWN'

export interface PublicLine {
  readonly id: string
  readonly name: string
  readonly mode: Mode
  readonly color: string
  readonly textColor: string
  /** Its termini, as the directions go. */
  readonly towards: readonly string[]
  readonly status: LineStatus
  readonly disruptions: readonly PublicDisruption[]
}

export interface PublicDisruption {
  readonly id: string
  readonly headline: Readonly<Record<Language, string>>
  readonly severity: Severity
  readonly state: DisruptionState
  readonly openedAt: number
}

export interface MeView {
  readonly operator: { readonly id: string; readonly name: string; readonly timezone: string; readonly languages: readonly Language[] }
  readonly name: string
  readonly feeds: readonly FeedView[]
}

export interface FeedView {
  readonly feed: string
  readonly state: 'OK' | 'HELD' | 'STALE' | 'DOWN' | 'SILENT'
  readonly reason: string
  /** Of the last snapshot's header. */
  readonly feedTime: number
  /** Seconds since anything was heard of this feed. */
  readonly ageSeconds: number
}

export interface StaffDisruption {
  readonly id: string
  readonly rule: Rule
  readonly origin: Origin
  readonly state: DisruptionState
  readonly publication: Publication
  readonly lines: readonly { readonly id: string; readonly name: string; readonly direction: number }[]
  readonly topics: readonly string[]
  readonly effect: Effect
  readonly cause: Cause
  readonly severity: Severity
  readonly suspectedAt: number
  readonly openedAt: number
  readonly closedAt: number
  readonly communication: Period
  readonly revision: number
  readonly delayMin: number
  readonly delayMax: number
  readonly declaredEnd: number
  readonly estimatedEnd: number
  readonly headline: Readonly<Record<Language, string>>
  readonly body: Readonly<Record<Language, string>>
  readonly texts: readonly Text[]
  readonly evidence: unknown
  /** How many riders it would reach now; once it is told, see `delivery`. */
  readonly audience: AudienceView
  readonly delivery: DeliveryView
}

export interface AudienceView {
  /** Would be told now. */
  readonly now: number
  /** Subscribed, but outside their times, paused, or below their severity. */
  readonly held: number
  readonly byChannel: Readonly<Partial<Record<ChannelName, number>>>
}

export interface DeliveryView {
  /** Riders in its cohorts. */
  readonly riders: number
  readonly byState: Readonly<Record<SlotState, number>>
  readonly byChannel: Readonly<Partial<Record<ChannelName, Readonly<Record<SlotState, number>>>>>
}

export interface PreviewView {
  readonly texts: Readonly<
    Record<Language, Readonly<Record<'TELEGRAM' | 'EMAIL' | 'WEBHOOK', { readonly subject: string; readonly text: string }>>>
  >
  readonly audience: AudienceView
  /** e.g. `1,284 riders now`. */
  readonly summary: Readonly<Record<Language, string>>
}
