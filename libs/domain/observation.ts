import type { Frame, Tick } from './frame'
import type { Cause, Effect, Period, Scope, Severity, Text } from './disruption'

/** A record of the topic `observations`: all of one operator share a partition, whose owner alone writes that operator's disruptions. */
export type Observation =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'tick'; readonly tick: Tick }
  | { readonly kind: 'alert'; readonly alert: OperatorAlert }
  | { readonly kind: 'notice'; readonly notice: Notice }

/** An operator's own GTFS-realtime alert: written when it appears, changes, or is gone from a snapshot that is believed. */
export interface OperatorAlert {
  readonly operator: string
  readonly feed: string
  readonly epoch: number
  readonly seq: number
  readonly feedTime: number
  /** Content key (not the entity id, which some feeds change at every poll). */
  readonly id: string
  readonly gone: boolean
  /** Resolved against the timetable; empty = the whole operator. */
  readonly scopes: readonly Scope[]
  readonly effect: Effect
  readonly cause: Cause
  readonly severity: Severity
  /** When service is affected; empty = as long as it is in the feed. */
  readonly periods: readonly Period[]
  /** When to tell, where the operator says so apart from `periods`; empty or missing = by `periods`. */
  readonly communication?: readonly Period[]
  readonly headers: readonly Text[]
  readonly descriptions: readonly Text[]
}

/** What staff did: the gateway writes it, detect turns it into a disruption or changes one. */
export interface Notice {
  readonly operator: string
  /** Of this act; deterministic from the Idempotency-Key, so that a repeat changes nothing. */
  readonly id: string
  /** The disruption that it becomes or changes. */
  readonly disruption: string
  readonly act: NoticeAct
  /** Epoch seconds. */
  readonly at: number
  readonly author: string
  readonly scopes: readonly Scope[]
  readonly effect: Effect
  readonly cause: Cause
  readonly severity: Severity
  /** Declared end, epoch seconds; 0 = unknown. */
  readonly until: number
  /** Told from here on; 0 = now. */
  readonly publishAt: number
  /** What staff wrote; a language without one gets the generated text. */
  readonly texts: readonly Text[]
}

/** CONFIRM and DISMISS answer a detected disruption; ISSUE, UPDATE and CLEAR are the life of an own notice (CLEAR ends a detected one too). */
export const noticeActs = ['ISSUE', 'UPDATE', 'CLEAR', 'CONFIRM', 'DISMISS'] as const
export type NoticeAct = (typeof noticeActs)[number]
