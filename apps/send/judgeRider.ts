import type { Disruption } from '#domain/disruption'
import type { Address, ChannelName, Rider } from '#domain/rider'
import type { SlotReason } from '#domain/slot'
import { mayHear } from '#matching/mayHear'
import type { Lines } from '#matching/places'

export interface RiderQuestion {
  readonly rider: Rider | undefined
  readonly channel: ChannelName
  readonly disruption: Disruption
  readonly lines: Lines
  /** IANA name. */
  readonly timezone: string
  /** Epoch seconds. A rider who is told before the window opens is asked about its opening. */
  readonly at: number
  readonly now: number
}

/** The address to tell, or why nothing is told: read a moment before the attempt, so that STOP and erasure act within a second. */
export function judgeRider(q: RiderQuestion): { readonly address: Address } | { readonly reason: SlotReason } {
  if (!q.rider) return { reason: 'ERASED' }
  const own = q.rider.addresses.filter((a) => a.channel === q.channel && a.confirmed)
  const address = own.find((a) => !a.stopped)
  if (!address) return { reason: own.length > 0 ? 'STOPPED' : 'NO_ADDRESS' }
  if (q.rider.pausedUntil > q.now) return { reason: 'PAUSED' }
  if (!hears(q, q.rider)) return { reason: hears(q, withoutWindows(q.rider)) ? 'OUT_OF_WINDOW' : 'STOPPED' }
  return { address }
}

const hears = (q: RiderQuestion, rider: Rider): boolean => mayHear(rider, q.disruption, q.lines, q.at, q.timezone)

const withoutWindows = (rider: Rider): Rider => ({ ...rider, subscriptions: rider.subscriptions.map((s) => ({ ...s, windows: [] })) })
