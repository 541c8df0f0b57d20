import type { Language } from './operator'
import type { Severity } from './disruption'

/** A pseudonymous rider, whole (topic `riders`, compacted by operator/id; a tombstone erases). Written by the gateway only. */
export interface Rider {
  readonly operator: string
  /** Random, or derived from the address that wrote first, so that two of its messages at once make one rider. */
  readonly id: string
  /** Dense u32 of this operator, never used again; gaps are harmless. */
  readonly number: number
  readonly language: Language
  readonly addresses: readonly Address[]
  readonly subscriptions: readonly Subscription[]
  readonly consents: readonly Consent[]
  /** Epoch seconds; nothing is told before it. 0 = not paused. */
  readonly pausedUntil: number
  readonly createdAt: number
}

export interface Address {
  readonly channel: ChannelName
  /** AES-256-GCM of the address under the operator's key; additional data: operator|rider id. */
  readonly sealed: Uint8Array
  /** HMAC-SHA256 of channel and address under the operator's key, for look-up. */
  readonly hash: Uint8Array
  /** Only confirmed addresses are told anything. */
  readonly confirmed: boolean
  /** Set by STOP, or when the messenger says that it is gone: nothing is sent. */
  readonly stopped: boolean
}

export interface Consent {
  /** Epoch seconds. */
  readonly at: number
  /** Where it was given: chat:telegram, web, api. */
  readonly source: string
  readonly given: boolean
}

/** A rider's scope with filters. */
export interface Subscription {
  /** `line:tram-3`, `topic:air`, `station:hbf`: the scope that pages are kept for. */
  readonly scope: string
  /** 0, 1, or 2 = both. */
  readonly direction: number
  /** A section by GTFS stop_ids; empty = the whole line. */
  readonly fromStop: string
  readonly toStop: string
  /** Empty = always. */
  readonly windows: readonly Window[]
  readonly minSeverity: Severity
  /** Minutes, 0–75 in steps of 5. */
  readonly minDelay: number
  readonly channel: ChannelName
  /** Hours since 2026-01-01T00:00Z, 0 = open. */
  readonly fromHour: number
  readonly untilHour: number
}

/** A weekly window in the operator's time zone; may cross midnight (until < from). */
export interface Window {
  /** Bits: Monday 1, Tuesday 2, … Sunday 64. */
  readonly days: number
  /** Minutes of the day. */
  readonly from: number
  readonly until: number
}

/** Index = the channel's number in packed records and slots; append only. */
export const channelNames = ['NONE', 'TELEGRAM', 'WEBHOOK', 'EMAIL'] as const
export type ChannelName = (typeof channelNames)[number]

export const lineScopeKey = (line: string): string => `line:${line}`
