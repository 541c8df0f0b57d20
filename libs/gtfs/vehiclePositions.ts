import type { Tally } from './counts'
import { type Descriptor, decodeDescriptor, decodeVehicleId, emptyDescriptor } from './descriptor'
import { type FramedEntity, type FramedFeed, type Range, seconds } from './frameFeed'
import type { LineBook } from './lineBook'
import { Cursor, WireError, wireType } from './wire'

/** What is used of a VehiclePosition: which vehicle runs which trip. Delays from positions alone are not read. */
export interface SeenVehicle {
  readonly vehicle: string
  /** undefined: on no trip (at the depot, deadheading): no error. */
  readonly trip: Descriptor | undefined
  /** GPS time, epoch seconds; 0 when not given. */
  readonly timestamp: number
}

/** Decodes one VehiclePosition (trip 1, timestamp 5, vehicle 8). Throws WireError. */
export function decodeVehicle(bytes: Buffer, { start, end }: Range): SeenVehicle {
  const cursor = new Cursor(bytes, start, end)
  let vehicle = ''
  let trip: Descriptor | undefined
  let timestamp = 0
  while (cursor.next()) {
    if (cursor.field === 5 && cursor.type === wireType.varint) {
      timestamp = seconds(cursor.varint())
      continue
    }
    cursor.skip()
    if (cursor.field === 8) vehicle = decodeVehicleId(bytes, cursor.start, cursor.stop)
    if (cursor.field === 1) decodeDescriptor(bytes, cursor.start, cursor.stop, (trip = emptyDescriptor()))
  }
  return { vehicle, trip: trip && (trip.tripId || trip.routeId) ? trip : undefined, timestamp }
}

/** A report older than this is no longer news of a vehicle (OneBusAway drops vehicles that were silent for 15 minutes). */
const staleSeconds = 900
/** NYCT dates half of its positions into the future: trains that have not departed yet. */
const aheadSeconds = 60

interface Report {
  readonly key: string
  readonly vehicle: string
  readonly timestamp: number
  /** Feed time of the snapshot that brought it. */
  readonly seen: number
}

/** The vehicle reports of one feed: replaced by each whole dataset, kept by entity id in a DIFFERENTIAL feed until they are stale. */
export class VehicleReports {
  private reports = new Map<string, Report>()

  clear(): void {
    this.reports = new Map()
  }

  /** Vehicle id by run key; of two vehicles on one trip the newer report stands. */
  take(book: LineBook, bytes: Buffer, feed: FramedFeed, feedTime: number, tally: Tally): Map<string, string> {
    tally.numbers.vehicles = feed.vehicles.length
    const next = feed.differential ? this.kept(feed.deleted, feedTime) : new Map<string, Report>()
    feed.vehicles.forEach((framed, index) => {
      const report = reported(book, bytes, framed, feedTime, tally)
      if (report) next.set(feed.differential ? framed.id : String(index), report)
      else if (feed.differential) next.delete(framed.id)
    })
    this.reports = next
    return newestByTrip(next.values())
  }

  private kept(deleted: readonly string[], feedTime: number): Map<string, Report> {
    const kept = new Map([...this.reports].filter(([, { seen }]) => feedTime - seen <= staleSeconds))
    for (const id of deleted) kept.delete(id)
    return kept
  }
}

function reported(book: LineBook, bytes: Buffer, framed: FramedEntity, feedTime: number, tally: Tally): Report | undefined {
  tally.nextTrip()
  const seen = decoded(bytes, framed)
  if (!seen) tally.reject('VEHICLE_NOT_DECODABLE')
  if (!seen?.trip) return undefined
  tally.numbers.vehiclesOnTrips++
  const resolved = book.resolve(seen.trip, undefined, feedTime, tally.warn)
  if (!resolved.ok) return undefined
  if (resolved.run.trip >= 0) tally.numbers.vehiclesJoined++
  return isLive(seen.timestamp, feedTime, tally) && seen.vehicle
    ? { key: resolved.run.key, vehicle: seen.vehicle, timestamp: seen.timestamp, seen: feedTime }
    : undefined
}

function isLive(timestamp: number, feedTime: number, tally: Tally): boolean {
  if (timestamp === 0) return true
  if (feedTime - timestamp > staleSeconds) tally.warn('VEHICLE_STALE')
  else if (timestamp - feedTime > aheadSeconds) tally.warn('VEHICLE_AHEAD_OF_FEED')
  else return true
  return false
}

function newestByTrip(reports: Iterable<Report>): Map<string, string> {
  const newest = new Map<string, Report>()
  for (const report of reports) {
    const rival = newest.get(report.key)
    if (!rival || rival.timestamp <= report.timestamp) newest.set(report.key, report)
  }
  return new Map([...newest].map(([key, { vehicle }]) => [key, vehicle]))
}

function decoded(bytes: Buffer, range: Range): SeenVehicle | undefined {
  try {
    return decodeVehicle(bytes, range)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}
