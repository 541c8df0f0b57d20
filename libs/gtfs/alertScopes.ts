import { type Scope, bothDirections, lineScope } from '#domain/disruption'
import type { transit_realtime } from 'gtfs-realtime-bindings'
import type { LineBook } from './lineBook'
import { slugOf } from './lineIds'
import { type Network, placeOf } from './network'

export interface ResolvedScopes {
  /** Empty = the whole operator. */
  readonly scopes: readonly Scope[]
  /** Selectors that name something the timetable does not know. */
  readonly unknown: number
  /** There was no selector at all, or none that says anything. */
  readonly unselective: boolean
  /** It is about single trips and nothing else. */
  readonly tripsOnly: boolean
}

/** With more, an alert is about its lines as wholes: thousands of stop scopes help nobody. */
const maxScopes = 300
/** The largest alert recorded has 240 (MBTA); what is above is not read. */
const maxSelectors = 5000

type Selector = transit_realtime.IEntitySelector

/**
 * Informed entities → scopes of lines and stops. Selectors are ORed, the fields of one are ANDed. A station stands for its platforms. An id
 * that is not known keeps a scope that no rider has, so that staff see it and nobody is told.
 */
export function resolveScopes(book: LineBook, all: readonly Selector[]): ResolvedScopes {
  const selectors = all.slice(0, maxSelectors)
  const tripsOnly = selectors.length > 0 && selectors.every(isOneTrip)
  const parts = selectors.map((selector) => resolveSelector(book, selector))
  const unknown = parts.filter((part) => part.unknown).length
  if (parts.some((part) => part.scopes === 'all')) return { scopes: [], unknown, unselective: false, tripsOnly }
  const scopes = distinct(parts.flatMap((part) => (part.scopes === 'all' ? [] : part.scopes)))
  if (scopes.length <= maxScopes) return { scopes, unknown, unselective: scopes.length === 0, tripsOnly }
  const whole = distinct(scopes.map((scope) => ({ ...scope, stop: '' }))).slice(0, maxScopes)
  return { scopes: whole, unknown, unselective: false, tripsOnly }
}

const isOneTrip = ({ trip }: Selector): boolean => Boolean(trip?.tripId)

interface Part {
  readonly scopes: readonly Scope[] | 'all'
  readonly unknown: boolean
}

const nothing: Part = { scopes: [], unknown: false }

function resolveSelector(book: LineBook, selector: Selector): Part {
  const trip = selector.trip ?? undefined
  const routeId = selector.routeId || trip?.routeId || ''
  const given = selector.directionId ?? trip?.directionId
  const direction =
    Object.hasOwn(selector, 'directionId') || (trip && Object.hasOwn(trip, 'directionId'))
      ? directionOf(given)
      : directionOfTrip(book, trip?.tripId ?? '')
  const lines = linesOf(book, selector, routeId, trip?.tripId ?? '')
  if (lines === 'unknown')
    return {
      scopes: [{ ...lineScope(`unknown-${slugOf(routeId || trip?.tripId || selector.agencyId || '')}`), stop: selector.stopId ?? '' }],
      unknown: true,
    }
  if (selector.stopId) return atStop(book, selector.stopId, lines, direction)
  if (lines === 'any') return nothing
  if (lines === 'all') return { scopes: 'all', unknown: false }
  return { scopes: lines.map((line) => lineScope(line, direction)), unknown: false }
}

const directionOf = (id: number | null | undefined): number => (id === 0 || id === 1 ? id : bothDirections)

/** A single trip concerns who rides its way. */
function directionOfTrip(book: LineBook, tripId: string): number {
  const trip = book.tripOf(tripId)
  return trip < 0 ? bothDirections : (book.network?.direction[trip] ?? bothDirections)
}

/** Line ids that the selector's fields other than the stop allow; `any`: it has no such field; `all`: every line of the operator. */
function linesOf(book: LineBook, selector: Selector, routeId: string, tripId: string): string[] | 'any' | 'all' | 'unknown' {
  if (routeId || tripId) return lineOfRoute(book, routeId, tripId)
  const byType = Object.hasOwn(selector, 'routeType')
  if (!byType && !selector.agencyId) return 'any'
  const { network } = book
  if (!network) return byType ? 'unknown' : 'all'
  const { routes, agencies } = network.timetable
  if (!byType && agencies.length <= 1) return 'all'
  const fits = routes.flatMap((route, i) => {
    if (byType && route.type !== selector.routeType) return []
    if (selector.agencyId && route.agency && route.agency !== selector.agencyId) return []
    return [network.lineOfRoute[i] as number]
  })
  const lines = [...new Set(fits)]
  if (lines.length === 0) return 'unknown'
  return lines.length === network.lines.length ? 'all' : lines.map((line) => (network.lines[line] as { id: string }).id)
}

function lineOfRoute(book: LineBook, routeId: string, tripId: string): string[] | 'unknown' {
  const { network } = book
  if (!network) {
    const shown = book.lines().find((line) => line.routes.includes(routeId))
    return shown ? [shown.id] : routeId ? [`other-${slugOf(routeId)}`] : 'unknown'
  }
  const trip = book.tripOf(tripId)
  const route = trip >= 0 ? network.timetable.trips.route[trip] : network.timetable.routeIndex.get(routeId)
  return route === undefined ? 'unknown' : [(network.lines[network.lineOfRoute[route] as number] as { id: string }).id]
}

/** The stop on each line that serves it (or on those named); a stop that no named line serves keeps a scope of its own. */
function atStop(book: LineBook, stopId: string, lines: readonly string[] | 'any' | 'all', direction: number): Part {
  const alone = (line: string): Scope => ({ ...lineScope(line, direction), stop: stopId })
  const { network } = book
  if (!network) return { scopes: Array.isArray(lines) ? lines.map(alone) : [alone('')], unknown: false }
  const stop = network.timetable.stops.ids.findText(stopId)
  const served = stop < 0 ? [] : servedAt(network, stop).filter((s) => !Array.isArray(lines) || lines.includes(s.line))
  if (served.length > 0) return { scopes: served.map((s) => ({ ...lineScope(s.line, direction), stop: s.stop })), unknown: false }
  return { scopes: Array.isArray(lines) ? lines.map(alone) : [alone('')], unknown: stop < 0 }
}

/** Lines and their own stops at a stop, or at all platforms of a station. */
function servedAt(network: Network, stop: number): { line: string; stop: string }[] {
  const { timetable } = network
  const station = (timetable.stops.parent[stop] as number) < 0
  return network.stopsOfLine.flatMap((table, line) =>
    [...table.keys()]
      .filter((other) => other === stop || (station && placeOf(timetable, other) === stop))
      .map((other) => ({ line: (network.lines[line] as { id: string }).id, stop: timetable.stops.ids.text(other) })),
  )
}

function distinct(scopes: readonly Scope[]): Scope[] {
  const seen = new Map(scopes.map((scope) => [[scope.line, scope.stop, scope.direction].join('\u0000'), scope]))
  return [...seen.values()]
}
