import type { Descriptor } from './descriptor'
import { firstDeparture } from './runSpan'
import { parseDate, parseTime } from './serviceDay'
import type { Timetable } from './timetable'
import { type Origin, type TripIdRule, nyctOrigin, timetableTripId } from './tripIds'

/** A trip of the timetable, and the service day where finding it took one (-1: that is still open). */
export interface Found {
  readonly trip: number
  readonly day: number
}

const none: Found = { trip: -1, day: -1 }
const day24 = 24 * 3600

/** Index of the trip that a descriptor names: by its id, else by what its extensions say, else by route and start. */
export function findTrip(timetable: Timetable, descriptor: Descriptor, rule: TripIdRule | undefined, feedTime: number): Found {
  const byId = descriptor.tripId ? timetable.trips.ids.findText(timetableTripId(rule, descriptor.tripId)) : -1
  if (byId >= 0) return { trip: byId, day: -1 }
  if (descriptor.realtimeTripId) return findByRealtimeId(timetable, descriptor, feedTime)
  const origin = rule?.nyct ? nyctOrigin(descriptor.tripId) : undefined
  if (origin) return findByStart(timetable, { ...origin, routeId: descriptor.routeId || origin.routeId }, descriptor.startDate, feedTime)
  if (descriptor.tripId) return none
  const { routeId, direction } = descriptor
  return findByStart(timetable, { routeId, direction, startTime: parseTime(descriptor.startTime) }, descriptor.startDate, feedTime)
}

/** One realtime id stands for the trips of several services (OVapi): the one that runs on that day. */
function findByRealtimeId(timetable: Timetable, descriptor: Descriptor, feedTime: number): Found {
  const { trips, services } = timetable
  const day = dayOf(timetable, descriptor.startDate, feedTime)
  const fits = trips.realtimeIds.named(descriptor.realtimeTripId).filter((trip) => services.active(trips.service[trip] as number, day))
  return fits.length === 1 ? { trip: fits[0] as number, day: -1 } : none
}

/** Without a trip_id: route, direction and start time must fit exactly one trip that runs that day (HSL); the day before with 24 h more too. */
function findByStart(timetable: Timetable, start: Origin, startDate: string, feedTime: number): Found {
  const route = timetable.routeIndex.get(start.routeId)
  if (start.startTime < 0 || route === undefined) return none
  const day = dayOf(timetable, startDate, feedTime)
  const today = startingAt(timetable, route, start.startTime, day, start.direction)
  if (today.length > 0) return today.length === 1 ? { trip: today[0] as number, day } : none
  const before = startingAt(timetable, route, start.startTime + day24, day - 1, start.direction)
  return before.length === 1 ? { trip: before[0] as number, day: day - 1 } : none
}

function dayOf(timetable: Timetable, startDate: string, feedTime: number): number {
  const given = parseDate(startDate)
  return given < 0 ? timetable.days.dayOf(feedTime) : given
}

function startingAt(timetable: Timetable, route: number, startTime: number, day: number, direction: number): number[] {
  const { trips, services } = timetable
  return (starts(timetable).get(`${route} ${startTime}`) ?? []).filter(
    (trip) =>
      services.active(trips.service[trip] as number, day) &&
      (direction === 2 || trips.direction[trip] === 2 || trips.direction[trip] === direction),
  )
}

const startsOf = new WeakMap<Timetable, Map<string, number[]>>()

/** Trips by route and start; those that run at a headway by every start of their windows. Made when the first feed needs it. */
function starts(timetable: Timetable): Map<string, number[]> {
  let index = startsOf.get(timetable)
  if (index) return index
  startsOf.set(timetable, (index = new Map()))
  for (let trip = 0; trip < timetable.trips.route.length; trip++) {
    for (const start of startsOfTrip(timetable, trip)) {
      const key = `${timetable.trips.route[trip]} ${start}`
      const list = index.get(key)
      if (list) list.push(trip)
      else index.set(key, [trip])
    }
  }
  return index
}

function startsOfTrip(timetable: Timetable, trip: number): number[] {
  const windows = timetable.frequencies.get(trip)
  if (!windows) return [firstDeparture(timetable, trip)]
  return windows.flatMap(({ start, end, headway }) =>
    Array.from({ length: Math.min(maxStarts, Math.ceil((end - start) / headway)) }, (_, i) => start + i * headway),
  )
}

/** A window of a day with a departure every half minute has 2,880. */
const maxStarts = 3000
