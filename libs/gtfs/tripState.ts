import type { Trip, TripRelation } from '#domain/frame'
import type { FramedTrip } from './frameFeed'
import type { LineBook } from './lineBook'
import type { Run } from './run'
import { listedStops } from './listedStops'
import { type StopsOfRun, scheduledStops } from './stopRows'
import { TripUpdateColumns, decodeTripUpdate, relation } from './tripUpdate'
import { WireError } from './wire'

/** A trip update as last decoded, with the bytes it was decoded from. */
export interface TripState {
  /** Where its compared bytes stand in the body that it was last seen in. */
  bytes: Buffer
  start: number
  end: number
  timestamp: number
  /** When the feed showed it last, epoch seconds of feed time. */
  seen: number
  readonly outcome: TripOutcome
  /** The service day was inferred: to be inferred again once the run is over. */
  readonly inferred: boolean
}

export type TripOutcome =
  | { readonly kind: 'trip'; readonly line: number; readonly trip: Trip }
  | { readonly kind: 'reject'; readonly reason: TripReject }
  /** DELETED: taken out without a word to riders. */
  | { readonly kind: 'deleted' }

export type TripReject = 'NO_TRIP_ID' | 'UNKNOWN_ROUTE' | 'DUPLICATE_OF_UNKNOWN_TRIP' | 'DELAY_ABSURD' | 'NOT_DECODABLE'

const columns = new TripUpdateColumns()

/** Decodes and joins one trip update. `warn` is called for each defect that was survived. */
export function readTrip(
  book: LineBook,
  bytes: Buffer,
  framed: FramedTrip,
  feedTime: number,
  vehicleOf: (key: string) => string,
  warn: (reason: string) => void,
): TripState {
  const at = { bytes, start: framed.start, end: framed.end, timestamp: framed.timestamp, seen: feedTime }
  try {
    decodeTripUpdate(bytes, framed.from, framed.to, columns)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return { ...at, outcome: { kind: 'reject', reason: 'NOT_DECODABLE' }, inferred: false }
  }
  return { ...at, ...judged(book, columns, feedTime, vehicleOf, warn) }
}

function judged(
  book: LineBook,
  updates: TripUpdateColumns,
  feedTime: number,
  vehicleOf: (key: string) => string,
  warn: (reason: string) => void,
): { outcome: TripOutcome; inferred: boolean } {
  const { descriptor } = updates
  if (descriptor.relation === relation.deleted) return { outcome: { kind: 'deleted' }, inferred: false }
  const resolved = book.resolve(descriptor, updates.properties, feedTime, warn)
  if (!resolved.ok) return { outcome: { kind: 'reject', reason: resolved.reason }, inferred: false }
  const { run } = resolved
  const stops = stopsOf(book, run, updates, warn)
  if (stops.absurd) return { outcome: { kind: 'reject', reason: 'DELAY_ABSURD' }, inferred: run.inferred }
  const trip: Trip = {
    key: run.key,
    tripId: run.tripId,
    startDate: run.startDate,
    direction: run.direction,
    towards: towards(book, run, updates),
    relation: stops.allSkipped ? 'CANCELED' : relationOf(descriptor.relation, run, warn),
    joined: run.trip >= 0,
    vehicle: updates.vehicle || vehicleOf(run.key),
    start: stops.start,
    end: stops.end,
    stops: stops.stops,
  }
  return { outcome: { kind: 'trip', line: run.line, trip }, inferred: run.inferred }
}

function stopsOf(book: LineBook, run: Run, updates: TripUpdateColumns, warn: (reason: string) => void): StopsOfRun {
  if (updates.descriptor.relation === relation.canceled) updates.count = 0
  if (book.network && run.trip >= 0 && updates.descriptor.relation !== relation.replacement)
    return scheduledStops(book.network, run, updates, warn)
  return listedStops(run, updates, (i) => book.stopOf(run, updates, i), plannedBy(book, run, updates), warn)
}

/** A replaced trip keeps the scheduled times of the stops that it keeps. */
function plannedBy(book: LineBook, run: Run, updates: TripUpdateColumns): (update: number) => number {
  const { network } = book
  if (!network || run.trip < 0) return () => 0
  const { trips, times, stops } = network.timetable
  let row = trips.first[run.trip] as number
  return (update) => {
    const stop = stops.ids.find(updates.bytes, updates.stopStart[update], updates.stopEnd[update])
    const at = times.stop.subarray(row, trips.first[run.trip + 1]).indexOf(stop)
    if (at < 0) return 0
    row += at + 1
    return run.zero + (times.departure[row - 1] as number)
  }
}

function towards(book: LineBook, run: Run, updates: TripUpdateColumns): string {
  if (updates.properties.headsign) return updates.properties.headsign
  if (!book.network) return ''
  const { trips } = book.network.timetable
  const sign = run.trip < 0 ? '' : trips.headsigns.text(trips.headsign[run.trip] as number)
  return sign || (book.network.lines[run.line]?.directions.find((d) => d.id === run.direction)?.towards ?? '')
}

const relations = new Map<number, TripRelation>([
  [relation.scheduled, 'SCHEDULED'],
  [relation.added, 'ADDED'],
  [relation.unscheduled, 'UNSCHEDULED'],
  [relation.canceled, 'CANCELED'],
  [relation.replacement, 'REPLACEMENT'],
  [relation.duplicated, 'DUPLICATED'],
  [relation.new, 'NEW'],
])

function relationOf(wire: number, run: Run, warn: (reason: string) => void): TripRelation {
  if (wire === relation.scheduled && !run.timed) return 'UNSCHEDULED'
  const known = relations.get(wire)
  if (!known) warn('UNKNOWN_TRIP_RELATION')
  return known ?? 'SCHEDULED'
}

/** Whether detection would see no difference. */
export function sameTrip(a: Trip, b: Trip): boolean {
  return (
    a.relation === b.relation &&
    a.vehicle === b.vehicle &&
    a.start === b.start &&
    a.direction === b.direction &&
    a.joined === b.joined &&
    a.towards === b.towards &&
    Buffer.compare(a.stops, b.stops) === 0
  )
}
