import type { Address, ChannelName, Rider } from '#domain/rider'
import type { SlotReason } from '#domain/slot'
import { mayHearOf } from '#matching/mayHear'

export interface RiderQuestion {
  readonly rider: Rider | undefined
  readonly channel: ChannelName
  /** Scopes of subscriptions that the disruption touches or touched. */
  readonly touched: ReadonlySet<string>
  /** IANA name. */
  readonly timezone: string
  /** Epoch seconds. A rider who is told before the window opens is asked about its opening. */
  readonly at: number
  readonly now: number
}

/** The address to tell, or why nothing is told: read a moment before the attempt, so that STOP and erasure act within a second. */
export function judgeRider(q: RiderQuestion): { readonly address: Address } | { readonly reason: SlotReason } {
  if (!q.rider) return { reason: 'ERASED' }
  const isOwn = (a: Address) => a.channel === q.channel && a.confirmed
  const address = q.rider.addresses.find((a) => isOwn(a) && !a.stopped)
  if (!address) return { reason: q.rider.addresses.some(isOwn) ? 'STOPPED' : 'NO_ADDRESS' }
  if (q.rider.pausedUntil > q.now) return { reason: 'PAUSED' }
  if (!hears(q, q.rider)) return { reason: hears(q, withoutWindows(q.rider)) ? 'OUT_OF_WINDOW' : 'STOPPED' }
  return { address }
}

const hears = (q: RiderQuestion, rider: Rider): boolean => mayHearOf(rider, q.touched, q.at, q.timezone)

const withoutWindows = (rider: Rider): Rider => ({ ...rider, subscriptions: rider.subscriptions.map((s) => ({ ...s, windows: [] })) })
