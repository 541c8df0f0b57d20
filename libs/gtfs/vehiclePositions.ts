import type { Range } from './frameFeed'
import type { LineBook } from './lineBook'
import type { Tally } from './counts'
import { type Descriptor, decodeDescriptor, decodeVehicleId, emptyDescriptor } from './tripUpdate'
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
      timestamp = cursor.varint()
      continue
    }
    cursor.skip()
    if (cursor.field === 8) vehicle = decodeVehicleId(bytes, cursor.start, cursor.stop)
    if (cursor.field === 1) decodeDescriptor(bytes, cursor.start, cursor.stop, (trip = emptyDescriptor()))
  }
  return { vehicle, trip: trip && (trip.tripId || trip.routeId) ? trip : undefined, timestamp }
}

/** Vehicle id by run key; of two vehicles on one trip the newer report stands. */
export function vehiclesByTrip(
  book: LineBook,
  bytes: Buffer,
  ranges: readonly Range[],
  feedTime: number,
  tally: Tally,
): Map<string, string> {
  const found = new Map<string, { vehicle: string; timestamp: number }>()
  for (const range of ranges) {
    tally.nextTrip()
    const seen = decoded(bytes, range)
    if (!seen) {
      tally.reject('VEHICLE_NOT_DECODABLE')
      continue
    }
    if (!seen.trip) continue
    tally.numbers.vehiclesOnTrips++
    const resolved = book.resolve(seen.trip, undefined, feedTime, tally.warn)
    if (!resolved.ok) continue
    if (resolved.run.trip >= 0) tally.numbers.vehiclesJoined++
    const known = found.get(resolved.run.key)
    if (seen.vehicle && (!known || known.timestamp <= seen.timestamp)) found.set(resolved.run.key, seen)
  }
  return new Map([...found].map(([key, { vehicle }]) => [key, vehicle]))
}

function decoded(bytes: Buffer, range: Range): SeenVehicle | undefined {
  try {
    return decodeVehicle(bytes, range)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}
