import { type Descriptor, decodeDescriptor, decodeVehicleId, emptyDescriptor } from './descriptor'
import { seconds } from './frameFeed'
import { Cursor, WireError, wireType } from './wire'

/** Relations of a stop (StopTimeUpdate.ScheduleRelationship). */
export const stopRelation = { scheduled: 0, skipped: 1, noData: 2, unscheduled: 3 } as const

/** Bits of `has`: what an update carries. "Delay 0" and "no delay" are different facts. */
export const has = {
  sequence: 1,
  arrivalDelay: 2,
  arrivalTime: 4,
  departureDelay: 8,
  departureTime: 16,
  arrivalPlan: 32,
  departurePlan: 64,
} as const

/** A decoded TripUpdate in columns that are used again for the next one: no object a stop. */
export class TripUpdateColumns {
  readonly descriptor: Descriptor = emptyDescriptor()
  /** From trip_properties: who a DUPLICATED trip is. */
  readonly properties = { tripId: '', startDate: '', startTime: '', headsign: '' }
  vehicle = ''
  /** TripUpdate.delay, seconds; undefined when absent. */
  delay: number | undefined
  count = 0
  bytes: Buffer = Buffer.alloc(0)
  has = new Uint8Array(64)
  relation = new Uint8Array(64)
  sequence = new Int32Array(64)
  stopStart = new Int32Array(64)
  stopEnd = new Int32Array(64)
  arrivalDelay = new Int32Array(64)
  departureDelay = new Int32Array(64)
  /** Epoch seconds: predicted, and planned by the feed itself (scheduled_time). */
  arrivalTime = new Float64Array(64)
  departureTime = new Float64Array(64)
  arrivalPlan = new Float64Array(64)
  departurePlan = new Float64Array(64)

  stopId(index: number): string {
    return this.bytes.toString('utf8', this.stopStart[index], this.stopEnd[index])
  }

  grow(): void {
    const size = this.has.length * 2
    for (const name of columnNames) {
      const old = this[name]
      const grown = new (old.constructor as new (size: number) => typeof old)(size)
      grown.set(old as never)
      this[name] = grown as never
    }
  }
}

const columnNames = [
  'has', 'relation', 'sequence', 'stopStart', 'stopEnd', 'arrivalDelay', 'departureDelay', 'arrivalTime', 'departureTime', 'arrivalPlan', 'departurePlan',
] as const // prettier-ignore

const maxStopUpdates = 2000

const outer = new Cursor(new Uint8Array(0))
const middle = new Cursor(new Uint8Array(0))
const inner = new Cursor(new Uint8Array(0))

/** Decodes the TripUpdate at [from, to) into the columns. Throws WireError. */
export function decodeTripUpdate(bytes: Buffer, from: number, to: number, into: TripUpdateColumns): void {
  into.bytes = bytes
  into.count = 0
  into.delay = undefined
  into.vehicle = ''
  Object.assign(into.descriptor, emptyDescriptor())
  Object.assign(into.properties, { tripId: '', startDate: '', startTime: '', headsign: '' })
  const cursor = outer.over(bytes, from, to)
  while (cursor.next()) {
    if (cursor.field === 5 && cursor.type === wireType.varint) {
      into.delay = cursor.varint() | 0
      continue
    }
    cursor.skip()
    if (cursor.field === 1) decodeDescriptor(bytes, cursor.start, cursor.stop, into.descriptor)
    else if (cursor.field === 2) decodeStop(bytes, cursor.start, cursor.stop, into)
    else if (cursor.field === 3) into.vehicle = decodeVehicleId(bytes, cursor.start, cursor.stop)
    else if (cursor.field === 6) decodeProperties(bytes, cursor.start, cursor.stop, into.properties)
  }
}

function decodeProperties(bytes: Buffer, from: number, to: number, into: TripUpdateColumns['properties']): void {
  const cursor = middle.over(bytes, from, to)
  while (cursor.next()) {
    cursor.skip()
    if (cursor.field === 1) into.tripId = utf8(bytes, cursor)
    else if (cursor.field === 2) into.startDate = utf8(bytes, cursor)
    else if (cursor.field === 3) into.startTime = utf8(bytes, cursor)
    else if (cursor.field === 5) into.headsign = utf8(bytes, cursor)
  }
}

const utf8 = (bytes: Buffer, cursor: Cursor): string => bytes.toString('utf8', cursor.start, cursor.stop)

function decodeStop(bytes: Buffer, from: number, to: number, into: TripUpdateColumns): void {
  if (into.count === maxStopUpdates) throw new WireError(false)
  if (into.count === into.has.length) into.grow()
  const index = into.count++
  into.has[index] = 0
  into.relation[index] = 0
  into.stopStart[index] = into.stopEnd[index] = 0
  const cursor = middle.over(bytes, from, to)
  while (cursor.next()) {
    const { field } = cursor
    if (cursor.type === wireType.varint) {
      const value = cursor.varint()
      if (field === 1) {
        into.sequence[index] = value
        into.has[index] = (into.has[index] as number) | has.sequence
      } else if (field === 5) into.relation[index] = value
      continue
    }
    cursor.skip()
    if (field === 4) {
      into.stopStart[index] = cursor.start
      into.stopEnd[index] = cursor.stop
    } else if (field === 6 && into.stopEnd[index] === 0) decodeAssignedStop(bytes, cursor.start, cursor.stop, into, index)
    else if (field === 2) decodeArrival(bytes, cursor.start, cursor.stop, into, index)
    else if (field === 3) decodeDeparture(bytes, cursor.start, cursor.stop, into, index)
  }
}

/** StopTimeProperties.assigned_stop_id: another platform, which tells the stop where neither stop_id nor sequence does. */
function decodeAssignedStop(bytes: Buffer, from: number, to: number, into: TripUpdateColumns, index: number): void {
  const cursor = inner.over(bytes, from, to)
  while (cursor.next()) {
    cursor.skip()
    if (cursor.field !== 1) continue
    into.stopStart[index] = cursor.start
    into.stopEnd[index] = cursor.stop
  }
}

function decodeArrival(bytes: Buffer, from: number, to: number, into: TripUpdateColumns, index: number): void {
  let bits = into.has[index] as number
  const cursor = inner.over(bytes, from, to)
  while (cursor.next()) {
    if (cursor.type !== wireType.varint) {
      cursor.skip()
      continue
    }
    const value = cursor.varint()
    if (cursor.field === 1) {
      into.arrivalDelay[index] = value
      bits |= has.arrivalDelay
    } else if (cursor.field === 2 && value > 0) {
      into.arrivalTime[index] = seconds(value)
      bits |= has.arrivalTime
    } else if (cursor.field === 4 && value > 0) {
      into.arrivalPlan[index] = seconds(value)
      bits |= has.arrivalPlan
    }
  }
  into.has[index] = bits
}

function decodeDeparture(bytes: Buffer, from: number, to: number, into: TripUpdateColumns, index: number): void {
  let bits = into.has[index] as number
  const cursor = inner.over(bytes, from, to)
  while (cursor.next()) {
    if (cursor.type !== wireType.varint) {
      cursor.skip()
      continue
    }
    const value = cursor.varint()
    if (cursor.field === 1) {
      into.departureDelay[index] = value
      bits |= has.departureDelay
    } else if (cursor.field === 2 && value > 0) {
      into.departureTime[index] = seconds(value)
      bits |= has.departureTime
    } else if (cursor.field === 4 && value > 0) {
      into.departurePlan[index] = seconds(value)
      bits |= has.departurePlan
    }
  }
  into.has[index] = bits
}

/** Whether each predicted time is after or at the one before it (E022, E025), as the feed lists them. */
export function timesRise(updates: TripUpdateColumns): boolean {
  let last = 0
  for (let i = 0; i < updates.count; i++) {
    const bits = updates.has[i] as number
    if (updates.relation[i] !== stopRelation.scheduled) continue
    if (bits & has.arrivalTime) {
      if ((updates.arrivalTime[i] as number) < last) return false
      last = updates.arrivalTime[i] as number
    }
    if (bits & has.departureTime) {
      if ((updates.departureTime[i] as number) < last) return false
      last = updates.departureTime[i] as number
    }
  }
  return true
}
