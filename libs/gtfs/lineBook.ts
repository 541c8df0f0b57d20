import type { Line } from '#domain/line'
import { cleanText } from './alertText'
import type { Descriptor } from './descriptor'
import { slugOf } from './lineIds'
import { type Network, placeOf } from './network'
import { type Resolved, type Run, resolveRun, unknownRun } from './run'
import { formatDate, parseDate } from './serviceDay'
import { type TripIdRule, timetableTripId } from './tripIds'
import type { TripUpdateColumns } from './tripUpdate'

/** What joins a feed to lines: a timetable's network, or what the feed itself shows. */
export interface LineBook {
  readonly network: Network | undefined
  resolve(
    descriptor: Descriptor,
    properties: TripUpdateColumns['properties'] | undefined,
    feedTime: number,
    warn: (reason: string) => void,
  ): Resolved
  /** Index of the timetable's trip that the feed calls so, -1 when there is none. */
  tripOf(tripId: string): number
  /** Index of a listed stop in the table of the run's line, -1 when the line has no such stop. */
  stopOf(run: Run, updates: TripUpdateColumns, update: number): number
  lines(): readonly Line[]
  /** Id and table version of each of `lines()`, in the same order. */
  refs(): readonly Pick<Line, 'id' | 'timetable'>[]
}

export function networkBook(network: Network, rule: TripIdRule | undefined): LineBook {
  const { timetable } = network
  const places = new Map<number, Map<number, number>>()
  const placesOf = (line: number) => {
    let known = places.get(line)
    if (!known) places.set(line, (known = placesOnLine(network, line)))
    return known
  }
  return {
    network,
    resolve: (descriptor, properties, feedTime, warn) => resolveRun(network, descriptor, properties, rule, feedTime, warn),
    tripOf: (tripId) => (tripId ? timetable.trips.ids.findText(timetableTripId(rule, tripId)) : -1),
    stopOf(run, updates, update) {
      const stop = timetable.stops.ids.find(updates.bytes, updates.stopStart[update], updates.stopEnd[update])
      if (stop < 0) return -1
      return network.stopsOfLine[run.line]?.get(stop) ?? placesOf(run.line).get(placeOf(timetable, stop)) ?? -1
    },
    lines: () => network.lines,
    refs: () => network.lines,
  }
}

/** The first platform of each station on the line: where a trip that stops at another platform is shown. */
function placesOnLine(network: Network, line: number): Map<number, number> {
  const places = new Map<number, number>()
  for (const [stop, index] of network.stopsOfLine[line] ?? []) {
    const place = placeOf(network.timetable, stop)
    if (!places.has(place)) places.set(place, index)
  }
  return places
}

const maxLines = 10_000
const maxStops = 65_535
/** Of all lines together: a feed that shows new stops at every poll must not fill the memory. */
const maxStopsInAll = 200_000
const maxId = 256

/**
 * Without a timetable: a line is a route id, a stop is a stop id, both as the feed shows them, in the order in which it does. What cannot be
 * known then: names, modes, colours, directions and their termini, stops that no trip has shown yet, neighbours; trips without a route id
 * (BART) have no line; a delay exists only where the feed says it (not where it sends times only), and stops before the first update,
 * service days that are not named and cancelled trips' stops stay unknown. No trip is joined.
 */
export function feedBook(operator: string): LineBook {
  const lines: { routeId: string; id: string; stops: Map<string, number> }[] = []
  const byRoute = new Map<string, number>()
  let stopsInAll = 0
  const lineOf = (routeId: string): number => {
    let line = byRoute.get(routeId)
    if (line === undefined && lines.length < maxLines) {
      line = lines.push({ routeId, id: freeId(routeId, lines), stops: new Map() }) - 1
      byRoute.set(routeId, line)
    }
    return line ?? -1
  }
  return {
    network: undefined,
    tripOf: () => -1,
    resolve(descriptor, _properties, feedTime) {
      if (descriptor.tripId.length > maxId || descriptor.routeId.length > maxId) return { ok: false, reason: 'ID_TOO_LONG' }
      const line = descriptor.routeId ? lineOf(descriptor.routeId) : -1
      if (line < 0) return { ok: false, reason: descriptor.tripId ? 'UNKNOWN_ROUTE' : 'NO_TRIP_ID' }
      const named = parseDate(descriptor.startDate) >= 0
      const startDate = named ? descriptor.startDate : formatDate(Math.floor(feedTime / 86_400))
      return { ok: true, run: { ...unknownRun(descriptor, startDate), line, inferred: !named } }
    },
    stopOf(run, updates, update) {
      const stops = lines[run.line]?.stops
      const id = updates.stopId(update)
      if (!stops || !id || id.length > maxId) return -1
      if (!stops.has(id) && stops.size < maxStops && stopsInAll++ < maxStopsInAll) stops.set(id, stops.size)
      return stops.get(id) ?? -1
    },
    refs: () => lines.map(({ id }) => ({ id, timetable: '' })),
    lines: () => lines.map(({ routeId, id, stops }) => shownLine(operator, routeId, id, [...stops.keys()])),
  }
}

function freeId(routeId: string, lines: readonly { id: string }[]): string {
  const slug = `other-${slugOf(routeId)}`
  return lines.some((line) => line.id === slug) ? `${slug}-${lines.length}` : slug
}

const shownLine = (operator: string, routeId: string, id: string, stops: readonly string[]): Line => ({
  operator,
  id,
  name: cleanText(routeId, 40) || id,
  mode: 'OTHER',
  color: '',
  textColor: '',
  routes: [routeId],
  stops: stops.map((stop) => ({ id: stop, name: cleanText(stop, 80), lat: 0, lon: 0 })),
  directions: [],
  neighbours: [],
  hours: 0,
  timetable: '',
})
