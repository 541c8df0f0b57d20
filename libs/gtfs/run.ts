import type { Descriptor, TripUpdateColumns } from './tripUpdate'
import { relation } from './tripUpdate'
import type { Network } from './network'
import { formatDate, parseDate } from './serviceDay'
import type { Timetable } from './timetable'
import { type TripIdRule, timetableTripId } from './tripIds'

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
  /** Epoch seconds to which the timetable's seconds are added. */
  readonly zero: number
  /** False for frequency trips without exact times: there is nothing to be late against. */
  readonly timed: boolean
  readonly direction: number
  /** Epoch seconds of descriptor.start_time, 0 when not given. */
  readonly start: number
  /** The service day was not given, so it depends on the feed's time. */
  readonly inferred: boolean
}

export type Resolved = { readonly ok: true; readonly run: Run } | { readonly ok: false; readonly reason: RunReject }
export type RunReject = 'NO_TRIP_ID' | 'UNKNOWN_ROUTE' | 'DUPLICATE_OF_UNKNOWN_TRIP'
type Warn = (reason: string) => void

const hour = 3600

/** Who a trip update or a vehicle is about. `feedTime` (epoch seconds) decides the service day where the feed does not name it. */
export function resolveRun(
  network: Network,
  descriptor: Descriptor,
  properties: TripUpdateColumns['properties'] | undefined,
  rule: TripIdRule | undefined,
  feedTime: number,
  warn: Warn,
): Resolved {
  const trip = findTrip(network.timetable, descriptor, rule, feedTime)
  if (trip < 0) return unknownTrip(network, descriptor, feedTime)
  if (descriptor.relation === relation.duplicated)
    return { ok: true, run: duplicate(network, trip, descriptor, properties, feedTime, warn) }
  const routeIndex = network.timetable.trips.route[trip] as number
  if (descriptor.routeId && descriptor.routeId !== network.timetable.routes[routeIndex]?.id) warn('ROUTE_MISMATCH')
  return { ok: true, run: knownTrip(network, trip, descriptor, feedTime, warn) }
}

function findTrip(timetable: Timetable, descriptor: Descriptor, rule: TripIdRule | undefined, feedTime: number): number {
  if (descriptor.tripId) return timetable.trips.ids.findText(timetableTripId(rule, descriptor.tripId))
  return findByStart(timetable, descriptor, feedTime)
}

function unknownTrip(network: Network, descriptor: Descriptor, feedTime: number): Resolved {
  const route = network.timetable.routeIndex.get(descriptor.routeId)
  if (route === undefined) return { ok: false, reason: descriptor.tripId || descriptor.routeId ? 'UNKNOWN_ROUTE' : 'NO_TRIP_ID' }
  const { days } = network.timetable
  const given = parseDate(descriptor.startDate)
  const day = given < 0 ? days.dayOf(feedTime) : given
  const startTime = parseTime(descriptor.startTime)
  const line = network.lineOfRoute[route] as number
  const start = startTime < 0 ? 0 : days.zero(day) + startTime
  return { ok: true, run: { ...unknownRun(descriptor, formatDate(day)), line, zero: days.zero(day), start, inferred: given < 0 } }
}

/** A trip of which the timetable knows nothing: named by whatever the feed says of it. */
export function unknownRun(descriptor: Descriptor, startDate: string): Run {
  const tripId = descriptor.tripId || [descriptor.routeId, descriptor.direction, descriptor.startTime].join(' ')
  return {
    trip: -1,
    line: -1,
    key: runKey(tripId, startDate, severalADay(descriptor) ? descriptor.startTime : ''),
    tripId,
    startDate,
    zero: 0,
    timed: true,
    direction: descriptor.direction,
    start: 0,
    inferred: false,
  }
}

const runKey = (tripId: string, startDate: string, startTime: string): string =>
  startTime ? `${tripId}/${startDate}/${startTime}` : `${tripId}/${startDate}`

/** Added trips may reuse the id of a scheduled one. */
const severalADay = (d: Descriptor): boolean =>
  d.relation === relation.added || d.relation === relation.new || d.relation === relation.duplicated

function knownTrip(network: Network, trip: number, descriptor: Descriptor, feedTime: number, warn: Warn): Run {
  const { timetable } = network
  const windows = timetable.frequencies.get(trip)
  const startTime = parseTime(descriptor.startTime)
  const { day, inferred } = serviceDay(timetable, trip, descriptor.startDate, feedTime, warn)
  const zero = timetable.days.zero(day)
  const shift = windows && startTime >= 0 ? startTime - firstDeparture(timetable, trip) : 0
  const startDate = formatDate(day)
  return {
    trip,
    line: network.lineOfRoute[timetable.trips.route[trip] as number] as number,
    key: runKey(
      descriptor.tripId || timetable.trips.ids.text(trip),
      startDate,
      windows || severalADay(descriptor) ? descriptor.startTime : '',
    ),
    tripId: descriptor.tripId || timetable.trips.ids.text(trip),
    startDate,
    zero: zero + shift,
    timed: !windows || (startTime >= 0 && windows.some((w) => w.exact && startTime >= w.start && startTime < w.end)),
    direction: network.direction[trip] as number,
    start: startTime < 0 ? 0 : zero + startTime,
    inferred,
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
  const original = knownTrip(network, trip, descriptor, feedTime, warn)
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
    key: runKey(tripId, startDate, startText),
    startDate,
    zero: zero + shift,
    start: startTime < 0 ? 0 : zero + startTime,
  }
}

/**
 * The service day: the one given if the trip runs then; the day before if only that fits (producers that send the calendar day of a trip
 * after midnight); without one, the day among yesterday, today and tomorrow on which the trip runs nearest to now.
 */
function serviceDay(
  timetable: Timetable,
  trip: number,
  startDate: string,
  feedTime: number,
  warn: Warn,
): { day: number; inferred: boolean } {
  const given = parseDate(startDate)
  if (given < 0) return { day: nearestDay(timetable, trip, feedTime, warn), inferred: true }
  const service = timetable.trips.service[trip] as number
  if (timetable.services.active(service, given)) return { day: given, inferred: false }
  if (timetable.services.active(service, given - 1) && distance(timetable, trip, given - 1, feedTime) <= 3 * hour) {
    warn('START_DATE_IS_CALENDAR_DAY')
    return { day: given - 1, inferred: false }
  }
  warn('SERVICE_NOT_ACTIVE')
  return { day: given, inferred: false }
}

/** A day on which the trip does not run counts as this much further away: BART sent weekday trips on a holiday. */
const inactivePenalty = 3 * hour

function nearestDay(timetable: Timetable, trip: number, feedTime: number, warn: Warn): number {
  const today = timetable.days.dayOf(feedTime)
  const service = timetable.trips.service[trip] as number
  const active = (day: number) => timetable.services.active(service, day)
  const far = (day: number) => distance(timetable, trip, day, feedTime) + (active(day) ? 0 : inactivePenalty)
  const nearest = [today, today - 1, today + 1].reduce((best, day) => (far(day) < far(best) ? day : best))
  if (!active(nearest)) warn('SERVICE_NOT_ACTIVE')
  return nearest
}

/** Seconds between now and the trip's run on a day; 0 while it runs. */
function distance(timetable: Timetable, trip: number, day: number, feedTime: number): number {
  const zero = timetable.days.zero(day)
  const last = (timetable.trips.first[trip + 1] as number) - 1
  return Math.max(0, zero + firstDeparture(timetable, trip) - feedTime, feedTime - zero - (timetable.times.arrival[last] ?? 0))
}

const firstDeparture = (timetable: Timetable, trip: number): number => timetable.times.departure[timetable.trips.first[trip] as number] ?? 0

/** H:MM:SS, past 24:00 too → seconds; -1 when it is none. */
export function parseTime(text: string): number {
  const match = /^(\d{1,3}):(\d\d):(\d\d)$/.exec(text)
  return match ? Number(match[1]) * hour + Number(match[2]) * 60 + Number(match[3]) : -1
}

const startsOf = new WeakMap<Timetable, Map<string, number[]>>()

/** Without a trip_id: route, direction and start time must fit exactly one trip that runs that day (HSL); the day before with 24 h more too. */
function findByStart(timetable: Timetable, descriptor: Descriptor, feedTime: number): number {
  const startTime = parseTime(descriptor.startTime)
  const route = timetable.routeIndex.get(descriptor.routeId)
  if (startTime < 0 || route === undefined) return -1
  const given = parseDate(descriptor.startDate)
  const day = given < 0 ? timetable.days.dayOf(feedTime) : given
  const fits = [...startingAt(timetable, route, startTime, day, descriptor.direction)]
  if (fits.length === 0) fits.push(...startingAt(timetable, route, startTime + 24 * hour, day - 1, descriptor.direction))
  return fits.length === 1 ? (fits[0] as number) : -1
}

function startingAt(timetable: Timetable, route: number, startTime: number, day: number, direction: number): number[] {
  const candidates = starts(timetable).get(`${route} ${startTime}`) ?? []
  const { trips, services } = timetable
  return candidates.filter(
    (trip) =>
      services.active(trips.service[trip] as number, day) &&
      (direction === 2 || trips.direction[trip] === 2 || trips.direction[trip] === direction),
  )
}

function starts(timetable: Timetable): Map<string, number[]> {
  let index = startsOf.get(timetable)
  if (index) return index
  startsOf.set(timetable, (index = new Map()))
  for (let trip = 0; trip < timetable.trips.route.length; trip++) {
    const key = `${timetable.trips.route[trip]} ${firstDeparture(timetable, trip)}`
    const list = index.get(key)
    if (list) list.push(trip)
    else index.set(key, [trip])
  }
  return index
}
