import { Cursor, wireType } from './wire'

/** Trip relations of the wire (TripDescriptor.ScheduleRelationship). */
export const relation = {
  scheduled: 0,
  added: 1,
  unscheduled: 2,
  canceled: 3,
  replacement: 5,
  duplicated: 6,
  deleted: 7,
  new: 8,
} as const

export interface Descriptor {
  tripId: string
  routeId: string
  /** 0, 1, or 2 when not given. */
  direction: number
  startTime: string
  startDate: string
  relation: number
  /** OVapi's extension: matches realtime_trip_id of trips.txt, which outlives trip_id. */
  realtimeTripId: string
  /** NYCT's extension: no train has been assigned to the trip yet. */
  unassigned: boolean
}

export function emptyDescriptor(): Descriptor {
  return { tripId: '', routeId: '', direction: 2, startTime: '', startDate: '', relation: 0, realtimeTripId: '', unassigned: false }
}

/** Fields of TripDescriptor that are extensions: of the New York City subway, of OVapi (Netherlands). */
const nyctField = 1001
const ovapiField = 1003

const outer = new Cursor(new Uint8Array(0))
const inner = new Cursor(new Uint8Array(0))

/** Decodes the TripDescriptor at [from, to). Throws WireError. */
export function decodeDescriptor(bytes: Buffer, from: number, to: number, into: Descriptor): void {
  const cursor = outer.over(bytes, from, to)
  while (cursor.next()) {
    const { field } = cursor
    if (field === 4 && cursor.type === wireType.varint) into.relation = cursor.varint()
    else if (field === 6 && cursor.type === wireType.varint) into.direction = directionOf(cursor.varint())
    else cursor.skip()
    if (field === 1) into.tripId = utf8(bytes, cursor)
    else if (field === 2) into.startTime = utf8(bytes, cursor)
    else if (field === 3) into.startDate = utf8(bytes, cursor)
    else if (field === 5) into.routeId = utf8(bytes, cursor)
    else if (field === 7) decodeModifiedTrip(bytes, cursor.start, cursor.stop, into)
    else if (field === nyctField && cursor.type === wireType.bytes) decodeNyct(bytes, cursor.start, cursor.stop, into)
    else if (field === ovapiField && cursor.type === wireType.bytes) decodeOvapi(bytes, cursor.start, cursor.stop, into)
  }
}

const directionOf = (id: number): number => (id === 0 || id === 1 ? id : 2)

const utf8 = (bytes: Buffer, cursor: Cursor): string => bytes.toString('utf8', cursor.start, cursor.stop)

/** ModifiedTripSelector stands instead of all other fields: affected_trip_id 2, start_time 3, start_date 4. */
function decodeModifiedTrip(bytes: Buffer, from: number, to: number, into: Descriptor): void {
  const cursor = inner.over(bytes, from, to)
  while (cursor.next()) {
    cursor.skip()
    if (cursor.field === 2) into.tripId ||= utf8(bytes, cursor)
    else if (cursor.field === 3) into.startTime ||= utf8(bytes, cursor)
    else if (cursor.field === 4) into.startDate ||= utf8(bytes, cursor)
  }
}

/** NyctTripDescriptor: is_assigned 2. */
function decodeNyct(bytes: Buffer, from: number, to: number, into: Descriptor): void {
  const cursor = inner.over(bytes, from, to)
  into.unassigned = true
  while (cursor.next()) {
    if (cursor.field === 2 && cursor.type === wireType.varint) into.unassigned = cursor.varint() === 0
    else cursor.skip()
  }
}

/** OVapiTripDescriptor: realtime_trip_id 1. */
function decodeOvapi(bytes: Buffer, from: number, to: number, into: Descriptor): void {
  const cursor = inner.over(bytes, from, to)
  while (cursor.next()) {
    cursor.skip()
    if (cursor.field === 1) into.realtimeTripId = utf8(bytes, cursor)
  }
}

/** VehicleDescriptor.id, else its label. */
export function decodeVehicleId(bytes: Buffer, from: number, to: number): string {
  const cursor = outer.over(bytes, from, to)
  let id = ''
  let label = ''
  while (cursor.next()) {
    cursor.skip()
    if (cursor.field === 1) id = utf8(bytes, cursor)
    else if (cursor.field === 2) label = utf8(bytes, cursor)
  }
  return (id || label).slice(0, maxVehicleId)
}

const maxVehicleId = 100
