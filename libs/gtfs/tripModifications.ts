import { type Scope, lineScope } from '#domain/disruption'
import { transit_realtime } from 'gtfs-realtime-bindings'
import type { FramedFeed } from './frameFeed'
import type { LineBook } from './lineBook'
import { type Network, placeOf } from './network'
import type { Run } from './run'

type Modification = transit_realtime.TripModifications.IModification
type Selector = transit_realtime.IStopSelector

/** What detours of the feed leave out: rows of trips, and the stops that an alert is about. */
export interface Detours {
  /** Of the bytes: another text, other detours. */
  readonly key: string
  readonly detours: readonly Detour[]
  /** By the entity id of the alert that a modification names: the stops that are not served. */
  readonly scopes: ReadonlyMap<string, readonly Scope[]>
}

interface Detour {
  readonly trips: ReadonlySet<number>
  /** Service days; empty = all. */
  readonly dates: ReadonlySet<string>
  /** For trips at a headway; empty = all. */
  readonly startTimes: ReadonlySet<string>
  readonly closed: (trip: number) => readonly number[]
}

/** More than a city has at once; what is above is left out. */
const maxMessages = 1000
const maxMessageBytes = 2 ** 20
const maxTrips = 10_000
const maxModifications = 20

export const noDetours: Detours = { key: '', detours: [], scopes: new Map() }

/** TripModifications by entity id; a DIFFERENTIAL feed adds, changes and deletes them. */
export class ModificationBytes {
  private bytes = new Map<string, string>()

  /** Unchanged bytes give the same detours. `detours`: of the last snapshot. */
  take(book: LineBook, body: Buffer, feed: FramedFeed, detours: Detours): Detours {
    const next = feed.differential ? new Map(this.bytes) : new Map<string, string>()
    for (const id of feed.deleted) next.delete(id)
    for (const { id, start, end } of feed.modifications) {
      if (next.size < maxMessages && end - start <= maxMessageBytes) next.set(id, body.toString('latin1', start, end))
    }
    this.bytes = next
    const key = [...next.values()].join('\u0000')
    return key === detours.key ? detours : detoursOf(book, key, [...next.values()])
  }

  clear(): void {
    this.bytes = new Map()
  }
}

function detoursOf(book: LineBook, key: string, messages: readonly string[]): Detours {
  const scopes = new Map<string, Scope[]>()
  const detours = messages.flatMap((text) => {
    const message = decoded(Buffer.from(text, 'latin1'))
    return message ? [detourOf(book, message, scopes)] : []
  })
  return { key, detours, scopes }
}

function decoded(bytes: Buffer): transit_realtime.TripModifications | undefined {
  try {
    return transit_realtime.TripModifications.decode(bytes)
  } catch {
    return undefined
  }
}

function detourOf(book: LineBook, message: transit_realtime.TripModifications, scopes: Map<string, Scope[]>): Detour {
  const ids = (message.selectedTrips ?? []).flatMap((s) => s.tripIds ?? [])
  const trips = new Set(
    ids
      .slice(0, maxTrips)
      .map((id) => book.tripOf(id))
      .filter((trip) => trip >= 0),
  )
  const { network } = book
  const modifications = (message.modifications ?? []).slice(0, maxModifications)
  if (network) for (const change of modifications) addScopes(network, change, trips, scopes)
  return {
    trips,
    dates: new Set(message.serviceDates ?? []),
    startTimes: new Set(message.startTimes ?? []),
    closed: (trip) => (network ? modifications.flatMap((change) => closedRows(network, trip, change)) : []),
  }
}

/** Rows of a trip (0 = its first stop) that a modification leaves out: from start to end selector, without those that are replaced by themselves. */
function closedRows(network: Network, trip: number, change: Modification): number[] {
  if (!change.startStopSelector || !change.endStopSelector) return []
  const { trips, times, stops } = network.timetable
  const first = trips.first[trip] as number
  const count = (trips.first[trip + 1] as number) - first
  const from = rowOf(network, first, count, change.startStopSelector, 0)
  const to = rowOf(network, first, count, change.endStopSelector, Math.max(0, from))
  if (from < 0 || to < from) return []
  const kept = new Set((change.replacementStops ?? []).map((s) => stops.ids.findText(s.stopId ?? '')).filter((stop) => stop >= 0))
  return Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((row) => !kept.has(times.stop[first + row] as number))
}

/** By stop_sequence, else the next visit to the stop. */
function rowOf({ timetable }: Network, first: number, count: number, selector: Selector, after: number): number {
  const { times, stops } = timetable
  const stop = selector.stopId ? stops.ids.findText(selector.stopId) : -1
  const bySequence = Object.hasOwn(selector, 'stopSequence')
  for (let row = after; row < count; row++) {
    if (bySequence && times.sequence[first + row] === selector.stopSequence) return row
    if (!bySequence && stop >= 0 && placeOf(timetable, times.stop[first + row] as number) === placeOf(timetable, stop)) return row
  }
  return -1
}

function addScopes(network: Network, change: Modification, trips: ReadonlySet<number>, scopes: Map<string, Scope[]>): void {
  if (!change.serviceAlertId) return
  const { timetable, lines, lineOfRoute } = network
  const known = new Map((scopes.get(change.serviceAlertId) ?? []).map((s) => [`${s.line}/${s.stop}/${s.direction}`, s]))
  for (const trip of trips) {
    const line = lines[lineOfRoute[timetable.trips.route[trip] as number] as number]?.id ?? ''
    for (const row of closedRows(network, trip, change)) {
      const stop = timetable.stops.ids.text(timetable.times.stop[(timetable.trips.first[trip] as number) + row] as number)
      const scope = { ...lineScope(line, network.direction[trip]), stop }
      known.set(`${scope.line}/${scope.stop}/${scope.direction}`, scope)
    }
  }
  scopes.set(change.serviceAlertId, [...known.values()])
}

/** Rows that a run does not serve because of detours; undefined: it serves all. */
export function closedRowsOf({ detours }: Detours, run: Run): ReadonlySet<number> | undefined {
  if (detours.length === 0 || run.trip < 0) return undefined
  const rows = detours.filter((d) => applies(d, run)).flatMap((d) => d.closed(run.trip))
  return rows.length > 0 ? new Set(rows) : undefined
}

const applies = ({ trips, dates, startTimes }: Detour, run: Run): boolean =>
  trips.has(run.trip) &&
  (dates.size === 0 || dates.has(run.startDate)) &&
  (startTimes.size === 0 || run.nth === '' || startTimes.has(run.nth))
