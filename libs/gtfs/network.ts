import type { Line, LineDirection, LineStop, Neighbour } from '#domain/line'
import { type RouteGroup, groupRoutes } from './lineIds'
import { hoursOfRoutes } from './lineHours'
import { type Pattern, byWeight, directed, mergedOrder, patternsByRoute } from './patterns'
import type { Timetable } from './timetable'

/** A timetable with the lines made of it: what joins a feed's trips to lines and their stops. Shared by all feeds of an operator. */
export interface Network {
  readonly timetable: Timetable
  readonly lines: readonly Line[]
  /** Route index → index into `lines`. */
  readonly lineOfRoute: Int32Array
  /** By line: timetable's stop index → index into the line's stops. */
  readonly stopsOfLine: readonly ReadonlyMap<number, number>[]
  /** By row of the timetable's stop times: index into the stops of the trip's line (`noStop`: the line has too many). 2 bytes a row. */
  readonly stopOfRow: Uint16Array
  /** Direction of trips for which the timetable has none, by trip index: 0, 1, or 2 when not known. */
  readonly direction: Uint8Array
}

const maxNeighbours = 8
export const noStop = 65_535
const maxStops = noStop

/** The lines of a timetable, with all that riders and alerts need of them. */
export const linesOf = (operator: string, timetable: Timetable): readonly Line[] => networkOf(operator, timetable).lines

export function networkOf(operator: string, timetable: Timetable): Network {
  const groups = groupRoutes(timetable.routes)
  const byRoute = patternsByRoute(timetable)
  const endOf = (pattern: Pattern) => timetable.stops.names[pattern.stops.at(-1) as number] as string
  const ridden = (group: RouteGroup) => group.routes.flatMap((route) => [...(byRoute[route] as Map<string, Pattern>).values()])
  const patterns = groups.map((group) => directed(ridden(group), endOf))
  const tables = patterns.map(stopTable)
  const hours = hoursOfRoutes(timetable)
  const lines = groups.map((group, i) => ({
    ...lineOf(operator, timetable, group, patterns[i] as Pattern[], tables[i] as Map<number, number>),
    hours: group.routes.reduce((mask, route) => mask | (hours[route] as number), 0),
  }))
  const lineOfRoute = new Int32Array(timetable.routes.length)
  groups.forEach((group, line) => group.routes.forEach((route) => (lineOfRoute[route] = line)))
  return {
    timetable,
    lines: withNeighbours(timetable, lines, tables),
    lineOfRoute,
    stopsOfLine: tables,
    stopOfRow: rowStops(timetable, lineOfRoute, tables),
    direction: tripDirections(timetable, lineOfRoute, patterns),
  }
}

function rowStops(timetable: Timetable, lineOfRoute: Int32Array, tables: readonly Map<number, number>[]): Uint16Array {
  const { trips, times } = timetable
  const rows = new Uint16Array(times.stop.length)
  for (let trip = 0; trip < trips.route.length; trip++) {
    const table = tables[lineOfRoute[trips.route[trip] as number] as number] as Map<number, number>
    for (let row = trips.first[trip] as number; row < (trips.first[trip + 1] as number); row++) {
      rows[row] = table.get(times.stop[row] as number) ?? noStop
    }
  }
  return rows
}

/** Every stop of the line once: those of direction 0 in riding order, then what the other direction adds. */
function stopTable(patterns: readonly Pattern[]): Map<number, number> {
  const table = new Map<number, number>()
  for (const direction of [0, 1]) {
    for (const stop of mergedOrder(patterns.filter((p) => p.direction === direction))) {
      if (!table.has(stop) && table.size < maxStops) table.set(stop, table.size)
    }
  }
  return table
}

function lineOf(operator: string, timetable: Timetable, group: RouteGroup, patterns: readonly Pattern[], table: Map<number, number>): Line {
  const routes = group.routes.map((route) => timetable.routes[route] as Timetable['routes'][number])
  const painted = routes.find((route) => route.color) ?? routes[0]
  return {
    operator,
    id: group.id,
    name: group.name,
    mode: group.mode,
    color: painted?.color ?? '',
    textColor: painted?.textColor ?? '',
    routes: routes.map((route) => route.id),
    stops: [...table.keys()].map((stop) => lineStop(timetable, stop)),
    directions: [0, 1].flatMap((id) => directionOf(timetable, id, patterns, table)),
    neighbours: [],
    hours: 0,
    timetable: timetable.version,
  }
}

const lineStop = ({ stops }: Timetable, stop: number): LineStop => ({
  id: stops.ids.text(stop),
  name: stops.names[stop] as string,
  lat: stops.lat[stop] as number,
  lon: stops.lon[stop] as number,
})

function directionOf(timetable: Timetable, id: number, all: readonly Pattern[], table: Map<number, number>): LineDirection[] {
  const patterns = all.filter((p) => p.direction === id)
  if (patterns.length === 0) return []
  const order = mergedOrder(patterns).flatMap((stop) => table.get(stop) ?? [])
  return [{ id, towards: terminus(timetable, patterns), order }]
}

/** The headsign that most trips carry, else the last stop of the main pattern. */
function terminus(timetable: Timetable, patterns: readonly Pattern[]): string {
  const counts = new Map<string, number>()
  for (const pattern of patterns) {
    for (const [sign, trips] of pattern.headsigns) {
      const text = timetable.trips.headsigns.text(sign)
      if (text) counts.set(text, (counts.get(text) ?? 0) + trips)
    }
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1])
  return best?.[0] ?? timetable.stops.names[byWeight(patterns)[0]?.stops.at(-1) ?? -1] ?? ''
}

/** A stop and the platforms beside it are one place to change. */
export function placeOf(timetable: Timetable, stop: number): number {
  const parent = timetable.stops.parent[stop] as number
  return parent >= 0 ? parent : stop
}

/** The lines that share the most places with a line are the way out; each is named with one place, the one where most lines meet. */
function withNeighbours(timetable: Timetable, lines: readonly Line[], tables: readonly Map<number, number>[]): Line[] {
  const placesOf = tables.map((table) => new Set([...table.keys()].map((stop) => placeOf(timetable, stop))))
  const linesAt = new Map<number, number[]>()
  placesOf.forEach((places, line) => places.forEach((place) => linesAt.set(place, [...(linesAt.get(place) ?? []), line])))
  return lines.map((line, index) => ({
    ...line,
    neighbours: neighboursOf(timetable, lines, linesAt, placesOf[index] as Set<number>, index),
  }))
}

function neighboursOf(
  timetable: Timetable,
  lines: readonly Line[],
  linesAt: ReadonlyMap<number, readonly number[]>,
  places: ReadonlySet<number>,
  self: number,
): Neighbour[] {
  const shared = new Map<number, number[]>()
  for (const place of places) {
    for (const other of linesAt.get(place) ?? []) if (other !== self) shared.set(other, [...(shared.get(other) ?? []), place])
  }
  const busy = (place: number) => linesAt.get(place)?.length ?? 0
  return [...shared]
    .sort((a, b) => b[1].length - a[1].length || a[0] - b[0])
    .slice(0, maxNeighbours)
    .map(([other, at]) => {
      const place = at.reduce((best, next) => (busy(next) > busy(best) ? next : best))
      return { line: (lines[other] as Line).id, stop: timetable.stops.names[place] as string }
    })
}

function tripDirections(timetable: Timetable, lineOfRoute: Int32Array, patterns: readonly Pattern[][]): Uint8Array {
  const { route, direction, first } = timetable.trips
  const known = patterns.map((list) => new Map(list.map((p) => [p.stops.join(), p.direction])))
  return Uint8Array.from(route, (routeIndex, trip) => {
    if (direction[trip] !== 2) return direction[trip] as number
    const stops = timetable.times.stop.subarray(first[trip], first[trip + 1])
    return known[lineOfRoute[routeIndex] as number]?.get(stops.join()) ?? 2
  })
}
