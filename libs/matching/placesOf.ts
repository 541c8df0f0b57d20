import { severityRank } from '#domain/disruption'
import { languages } from '#domain/operator'
import { type Rider, type Subscription, channelNames } from '#domain/rider'
import { type PackedRecord, hourFrom, packRecords } from './record'
import { duringWindows } from './schedule'
import type { Tables } from './tables'

/** Where a rider is to stand: scope → packed records. */
export interface RiderPlaces {
  readonly places: ReadonlyMap<string, Buffer>
  /** Filters that were dropped because a table is full: such a subscription is told more than it asked for. */
  readonly widened: number
}

/**
 * The records that the pages must hold for a rider; interns schedules and sections. None without a confirmed address that is not stopped, or
 * after consent was taken back. A paused rider stands there with a later `from`, so that the end of the pause needs no record.
 */
export async function placesOf(rider: Rider, tables: Tables): Promise<RiderPlaces> {
  const places = new Map<string, PackedRecord[]>()
  let widened = 0
  for (const subscription of rider.subscriptions.filter((s) => reaches(rider, s))) {
    const schedule = await tables.scheduleNumber(rider.operator, duringWindows(subscription.windows))
    const section = await tables.sectionNumber(rider.operator, subscription.scope, subscription)
    widened += (schedule === undefined ? 1 : 0) + (section === undefined ? 1 : 0)
    const record = recordOf(rider, subscription, schedule ?? 0, section ?? 0)
    places.set(subscription.scope, [...(places.get(subscription.scope) ?? []), record])
  }
  return { places: new Map([...places].map(([scope, records]) => [scope, packRecords(records)])), widened }
}

/** The scopes that a rider's subscriptions name, told or not. */
export const scopesOf = (rider: Rider): string[] => [...new Set(rider.subscriptions.map((s) => s.scope))]

function reaches(rider: Rider, subscription: Subscription): boolean {
  if (rider.consents.at(-1)?.given === false) return false
  return rider.addresses.some((a) => a.channel === subscription.channel && a.channel !== 'NONE' && a.confirmed && !a.stopped)
}

function recordOf(rider: Rider, s: Subscription, schedule: number, section: number): PackedRecord {
  return {
    rider: rider.number,
    schedule,
    section,
    direction: s.direction,
    minSeverity: severityRank(s.minSeverity),
    minDelay: s.minDelay,
    language: Math.max(0, languages.indexOf(rider.language)),
    planned: true,
    second: 'also',
    channel: channelNames.indexOf(s.channel),
    secondChannel: 0,
    from: rider.pausedUntil > 0 ? Math.max(s.fromHour, hourFrom(rider.pausedUntil)) : s.fromHour,
    until: s.untilHour,
  }
}
