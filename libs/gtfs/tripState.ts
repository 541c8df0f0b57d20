import type { Trip, TripRelation } from '#domain/frame'
import { cleanText } from './alertText'
import { relation } from './descriptor'
import type { FramedTrip } from './frameFeed'
import type { LineBook } from './lineBook'
import { listedStops, noPlan } from './listedStops'
import { replacementPlan } from './replacedStops'
import { type Run, type RunReject, runDaysLater } from './run'
import { type StopsOfRun, scheduledStops } from './stopRows'
import { type Detours, closedRowsOf } from './tripModifications'
import { TripUpdateColumns, decodeTripUpdate, has, stopRelation, timesRise } from './tripUpdate'
import { WireError } from './wire'

/** A trip update as last decoded, with the bytes it was decoded from. */
export interface TripState {
  /** Where its compared bytes stand in the body that it was last seen in. */
  bytes: Buffer
  start: number
  end: number
  /** The whole TripUpdate there. */
  from: number
  to: number
  timestamp: number
  /** When the feed showed it last, epoch seconds of feed time. */
  seen: number
  readonly outcome: TripOutcome
  /** The same bytes mean something else from this feed time on; Infinity: never. */
  again: number
  /** It was last measured too long ago to say where the vehicle is. */
  readonly stale: boolean
}

export type TripOutcome =
  | { readonly kind: 'trip'; readonly line: number; readonly trip: Trip; readonly at: RunAt }
  | { readonly kind: 'reject'; readonly reason: TripReject; readonly at: RunAt }
  /** DELETED: taken out without a word to riders. */
  | { readonly kind: 'deleted'; readonly at: RunAt }

/** The timetable's trip and service day that an update is about; -1 and empty where they are not known. */
export interface RunAt {
  readonly trip: number
  readonly startDate: string
}

export type TripReject = RunReject | 'DELAY_ABSURD' | 'NOT_DECODABLE' | 'UNASSIGNED_TRIP_OVERDUE'

/** What a trip update is read against. */
export interface Reading {
  readonly book: LineBook
  readonly detours: Detours
  /** Epoch seconds. */
  readonly feedTime: number
  readonly vehicleOf: (key: string) => string
  /** Called for each defect that was survived. */
  readonly warn: (reason: string) => void
}

const columns = new TripUpdateColumns()
const nowhere: RunAt = { trip: -1, startDate: '' }
/** Good practice are 90 s, but De Lijn puts the time of the last change here, up to 74 minutes ago: older than this nothing is a measurement. */
const staleSeconds = 7200
/** A run whose day was inferred is looked at again this long after its end: the next day's run may look the same. */
const inferAgainSeconds = 7200
/** A train that nobody was assigned to so long after its departure does not run (NYCT). */
const unassignedGraceSeconds = 60

/** Whether TripUpdate.timestamp says that the update is a memory and no measurement. */
export const isStale = (timestamp: number, feedTime: number): boolean => timestamp > 0 && feedTime - timestamp > staleSeconds

/** Decodes and joins one trip update. */
export function readTrip(reading: Reading, bytes: Buffer, framed: FramedTrip): TripState {
  const stale = isStale(framed.timestamp, reading.feedTime)
  const { start, end, from, to, timestamp } = framed
  const at = { bytes, start, end, from, to, timestamp, seen: reading.feedTime, stale }
  try {
    decodeTripUpdate(bytes, framed.from, framed.to, columns)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return { ...at, outcome: { kind: 'reject', reason: 'NOT_DECODABLE', at: nowhere }, again: Infinity }
  }
  if (!timesRise(columns)) reading.warn('TIMES_NOT_RISING')
  if (stale) forgetTimes(columns, reading.warn)
  return { ...at, ...judged(reading, columns) }
}

/** Where the vehicle is, is not known any more; that stops are skipped still is. */
function forgetTimes(updates: TripUpdateColumns, warn: (reason: string) => void): void {
  warn('TRIP_UPDATE_STALE')
  updates.delay = undefined
  for (let i = 0; i < updates.count; i++) if (updates.relation[i] !== stopRelation.skipped) updates.relation[i] = stopRelation.noData
}

type Judged = Pick<TripState, 'outcome' | 'again'>

function judged(reading: Reading, updates: TripUpdateColumns): Judged {
  const { book, feedTime, warn } = reading
  const { descriptor } = updates
  const resolved = book.resolve(descriptor, updates.properties, feedTime, warn)
  if (!resolved.ok) {
    if (descriptor.relation === relation.deleted) return { outcome: { kind: 'deleted', at: nowhere }, again: Infinity }
    return { outcome: { kind: 'reject', reason: resolved.reason, at: nowhere }, again: Infinity }
  }
  const at = atOf(resolved.run)
  if (descriptor.relation === relation.deleted) return { outcome: { kind: 'deleted', at }, again: againOf(resolved.run, 0, feedTime) }
  const overdue = descriptor.unassigned ? firstTime(updates) + unassignedGraceSeconds : Infinity
  if (overdue < feedTime) return { outcome: { kind: 'reject', reason: 'UNASSIGNED_TRIP_OVERDUE', at }, again: Infinity }
  const { run, stops } = fitted(reading, resolved.run, updates)
  if (stops.absurd) return { outcome: { kind: 'reject', reason: 'DELAY_ABSURD', at }, again: againOf(run, 0, feedTime) }
  const outcome = { kind: 'trip', line: run.line, trip: tripOf(reading, run, updates, stops), at: atOf(run) } as const
  return { outcome, again: Math.min(overdue, againOf(run, stops.end, feedTime)) }
}

const atOf = (run: Run): RunAt => ({ trip: run.trip, startDate: run.startDate })

function againOf(run: Run, end: number, feedTime: number): number {
  if (!run.inferred) return Infinity
  return end > 0 ? end + inferAgainSeconds : feedTime
}

function firstTime(updates: TripUpdateColumns): number {
  const bits = updates.has[0] as number
  if (updates.count === 0) return Infinity
  if (bits & has.departureTime) return updates.departureTime[0] as number
  return bits & has.arrivalTime ? (updates.arrivalTime[0] as number) : Infinity
}

/** Times that fit no delay may fit the run of the day before or after: then start_date was the calendar day, or wrong. */
function fitted(reading: Reading, run: Run, updates: TripUpdateColumns): { run: Run; stops: StopsOfRun } {
  const stops = stopsOf(reading, run, updates)
  const { network } = reading.book
  if (!stops.absurd || !network) return { run, stops }
  for (const days of [-1, 1]) {
    const other = runDaysLater(network, run, days)
    const moved = other && stopsOf(reading, other, updates)
    if (!other || !moved || moved.absurd) continue
    reading.warn('START_DATE_CONTRADICTS_TIMES')
    return { run: other, stops: moved }
  }
  return { run, stops }
}

function stopsOf({ book, detours, feedTime, warn }: Reading, run: Run, updates: TripUpdateColumns): StopsOfRun {
  const wire = updates.descriptor.relation
  if (wire === relation.canceled) updates.count = 0
  const { network } = book
  const replaced = wire === relation.replacement && updates.count > 0
  if (network && run.trip >= 0 && !replaced) return scheduledStops(network, run, updates, warn, closedRowsOf(detours, run))
  const plan = network && run.trip >= 0 ? replacementPlan(network, run, updates, feedTime) : noPlan
  return listedStops(run, updates, (i) => book.stopOf(run, updates, i), plan, warn)
}

function tripOf({ book, vehicleOf, warn }: Reading, run: Run, updates: TripUpdateColumns, stops: StopsOfRun): Trip {
  return {
    key: run.key,
    tripId: run.tripId,
    startDate: run.startDate,
    direction: run.direction,
    towards: towards(book, run, updates),
    relation: stops.allSkipped ? 'CANCELED' : relationOf(updates.descriptor.relation, run, warn),
    joined: run.trip >= 0,
    vehicle: updates.vehicle || vehicleOf(run.key),
    start: stops.start,
    end: stops.end,
    stops: stops.stops,
  }
}

const maxHeadsign = 100

function towards(book: LineBook, run: Run, updates: TripUpdateColumns): string {
  const told = updates.properties.headsign && cleanText(updates.properties.headsign, maxHeadsign)
  if (told) return told
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
