import { type DayOfRun, dayOfRun, runsOn } from './dayOfRun'
import { type Descriptor, relation } from './descriptor'
import { findTrip } from './findTrip'
import type { Network } from './network'
import { firstDeparture, isIn, spanOf, windowedStart } from './runSpan'
import { formatDate, parseDate, parseTime } from './serviceDay'
import type { TripIdRule } from './tripIds'
import type { TripUpdateColumns } from './tripUpdate'

/** One run of a trip, as far as timetable and descriptor tell. */
export interface Run {
  /** Trip index of the timetable, -1 when it is not there. */
  readonly trip: number
  /** Index of its line. */
  readonly line: number
  /** trip_id, start_date and, where one trip can run several times a day, start_time. */
  readonly key: string
  readonly tripId: string
  readonly startDate: string
  /** What follows the date in the key, or empty. */
  readonly nth: string
  /** Epoch seconds to which the timetable's seconds are added. */
  readonly zero: number
  /** False for trips at a headway without exact times: there is nothing to be late against. */
  readonly timed: boolean
  readonly direction: number
  /** Epoch seconds of descriptor.start_time, 0 when not given. */
  readonly start: number
  /** The service day was not given, so it depends on the feed's time. */
  readonly inferred: boolean
}

export type Resolved = { readonly ok: true; readonly run: Run } | { readonly ok: false; readonly reason: RunReject }
export type RunReject = 'NO_TRIP_ID' | 'UNKNOWN_ROUTE' | 'DUPLICATE_OF_UNKNOWN_TRIP' | 'ID_TOO_LONG'
type Warn = (reason: string) => void

const maxId = 256

/** Who a trip update or a vehicle is about. `feedTime` (epoch seconds) decides the service day where the feed does not name it. */
export function resolveRun(
  network: Network,
  descriptor: Descriptor,
  properties: TripUpdateColumns['properties'] | undefined,
  rule: TripIdRule | undefined,
  feedTime: number,
  warn: Warn,
): Resolved {
  if (descriptor.tripId.length > maxId || descriptor.routeId.length > maxId) return { ok: false, reason: 'ID_TOO_LONG' }
  const { timetable } = network
  const { trip, day } = findTrip(timetable, descriptor, rule, feedTime)
  if (trip < 0) return unknownTrip(network, descriptor, feedTime)
  if (descriptor.relation === relation.new) return newTrip(network, descriptor, trip, feedTime, warn)
  if (descriptor.relation === relation.duplicated)
    return { ok: true, run: duplicate(network, trip, descriptor, properties, feedTime, warn) }
  checkAgainstTimetable(network, trip, descriptor, warn)
  return { ok: true, run: knownTrip(network, trip, descriptor, day, feedTime, warn) }
}

/** Where feed and timetable contradict each other (E024, E035), the timetable stands. */
function checkAgainstTimetable({ timetable }: Network, trip: number, { routeId, direction }: Descriptor, warn: Warn): void {
  if (routeId && routeId !== timetable.routes[timetable.trips.route[trip] as number]?.id) warn('ROUTE_MISMATCH')
  const planned = timetable.trips.direction[trip] as number
  if (direction !== 2 && planned !== 2 && direction !== planned) warn('DIRECTION_MISMATCH')
}

function unknownTrip(network: Network, descriptor: Descriptor, feedTime: number): Resolved {
  const route = network.timetable.routeIndex.get(descriptor.routeId)
  if (route === undefined) return { ok: false, reason: whyUnknown(descriptor) }
  const { days } = network.timetable
  const given = parseDate(descriptor.startDate)
  const day = given < 0 ? days.dayOf(feedTime) : given
  const startTime = parseTime(descriptor.startTime)
  const line = network.lineOfRoute[route] as number
  const start = startTime < 0 ? 0 : days.zero(day) + startTime
  return { ok: true, run: { ...unknownRun(descriptor, formatDate(day)), line, zero: days.zero(day), start, inferred: given < 0 } }
}

function whyUnknown(descriptor: Descriptor): RunReject {
  if (!descriptor.tripId && !descriptor.routeId) return 'NO_TRIP_ID'
  return descriptor.relation === relation.duplicated ? 'DUPLICATE_OF_UNKNOWN_TRIP' : 'UNKNOWN_ROUTE'
}

/** A NEW trip has nothing to do with the timetable, even if it took the id of a trip that stands there. */
function newTrip(network: Network, descriptor: Descriptor, namesake: number, feedTime: number, warn: Warn): Resolved {
  warn('NEW_TRIP_ID_TAKEN')
  const { routes, trips } = network.timetable
  const routeId = descriptor.routeId || (routes[trips.route[namesake] as number]?.id ?? '')
  return unknownTrip(network, { ...descriptor, routeId, startTime: descriptor.startTime || 'new' }, feedTime)
}

/** A trip of which the timetable knows nothing: named by whatever the feed says of it. */
export function unknownRun(descriptor: Descriptor, startDate: string): Run {
  const tripId = descriptor.tripId || [descriptor.routeId, descriptor.direction, descriptor.startTime].join(' ')
  const nth = severalADay(descriptor) ? descriptor.startTime : ''
  return {
    trip: -1,
    line: -1,
    key: runKey(tripId, startDate, nth),
    tripId,
    startDate,
    nth,
    zero: 0,
    timed: true,
    direction: descriptor.direction,
    start: 0,
    inferred: false,
  }
}

const runKey = (tripId: string, startDate: string, nth: string): string =>
  nth ? `${tripId}/${startDate}/${nth}` : `${tripId}/${startDate}`

/** Added trips may reuse the id of a scheduled one. */
const severalADay = (d: Descriptor): boolean =>
  d.relation === relation.added || d.relation === relation.new || d.relation === relation.duplicated

/** `day`: the service day if it is known already, else -1. */
function knownTrip(network: Network, trip: number, descriptor: Descriptor, day: number, feedTime: number, warn: Warn): Run {
  const { timetable } = network
  const windows = timetable.frequencies.get(trip)
  const startTime = windowedStart(windows, parseTime(descriptor.startTime))
  const on: DayOfRun =
    day >= 0
      ? { day, inferred: parseDate(descriptor.startDate) < 0 }
      : dayOfRun(timetable, trip, spanOf(timetable, trip, startTime), descriptor.startDate, feedTime, warn)
  const run = runOn(network, trip, on.day, descriptor.tripId, nthOf(descriptor, windows !== undefined))
  const shift = windows && startTime >= 0 ? startTime - firstDeparture(timetable, trip) : 0
  const exact = !windows || (startTime >= 0 && windows.some((w) => w.exact && isIn(w, startTime)))
  return {
    ...run,
    zero: run.zero + shift,
    timed: exact && descriptor.relation !== relation.unscheduled,
    start: startTime < 0 ? 0 : run.zero + startTime,
    inferred: on.inferred,
  }
}

/** An added run under the id of a scheduled one must not take its place. */
const nthOf = (descriptor: Descriptor, atHeadway: boolean): string => {
  if (severalADay(descriptor)) return descriptor.startTime || 'added'
  return atHeadway ? descriptor.startTime : ''
}

/** A trip of the timetable as it runs on a service day. `tripId`: as the feed calls it, or empty. */
export function runOn(network: Network, trip: number, day: number, tripId = '', nth = ''): Run {
  const { timetable } = network
  const startDate = formatDate(day)
  const id = tripId || timetable.trips.ids.text(trip)
  return {
    trip,
    line: network.lineOfRoute[timetable.trips.route[trip] as number] as number,
    key: runKey(id, startDate, nth),
    tripId: id,
    startDate,
    nth,
    zero: timetable.days.zero(day),
    timed: true,
    direction: network.direction[trip] as number,
    start: 0,
    inferred: false,
  }
}

/** The same run some days later (or earlier); undefined when the trip does not run then. */
export function runDaysLater({ timetable }: Network, run: Run, days: number): Run | undefined {
  const from = parseDate(run.startDate)
  const day = from + days
  if (run.trip < 0 || from < 0 || !runsOn(timetable, run.trip, day)) return undefined
  const startDate = formatDate(day)
  const moved = timetable.days.zero(day) - timetable.days.zero(from)
  return {
    ...run,
    startDate,
    key: runKey(run.tripId, startDate, run.nth),
    zero: run.zero + moved,
    start: run.start > 0 ? run.start + moved : 0,
  }
}

/**
 * A copy of a scheduled trip at another time: shifted by the difference of the first departures (GTFS-RT, TripProperties.start_time). Sound
 * Transit sends no properties and writes the new start into the descriptor.
 */
function duplicate(
  network: Network,
  trip: number,
  descriptor: Descriptor,
  properties: TripUpdateColumns['properties'] | undefined,
  feedTime: number,
  warn: Warn,
): Run {
  const { timetable } = network
  const original = knownTrip(network, trip, descriptor, -1, feedTime, warn)
  const given = parseDate(properties?.startDate ?? '')
  const day = given < 0 ? parseDate(original.startDate) : given
  const startText = properties?.startTime || descriptor.startTime
  const startTime = parseTime(startText)
  const zero = timetable.days.zero(day)
  const shift = startTime < 0 ? 0 : startTime - firstDeparture(timetable, trip)
  const tripId = properties?.tripId || `${original.tripId}#${startText}`
  const startDate = formatDate(day)
  return {
    ...original,
    tripId,
    nth: startText,
    key: runKey(tripId, startDate, startText),
    startDate,
    zero: zero + shift,
    start: startTime < 0 ? 0 : zero + startTime,
  }
}
