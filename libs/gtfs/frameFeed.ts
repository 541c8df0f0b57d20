import { Cursor, WireError, wireType } from './wire'

/** A FeedMessage taken apart into its entities, nothing inside them decoded yet. */
export interface FramedFeed {
  /** header.timestamp in seconds, 0 when there is none. */
  readonly timestamp: number
  readonly differential: boolean
  /** header.feed_version, or empty. */
  readonly feedVersion: string
  readonly entities: number
  readonly trips: readonly FramedTrip[]
  readonly vehicles: readonly FramedEntity[]
  readonly alerts: readonly FramedEntity[]
  /** TripModifications. */
  readonly modifications: readonly FramedEntity[]
  /** Ids of entities with is_deleted. */
  readonly deleted: readonly string[]
  /** Entities that hold nothing known here, and fields of the message that are none of GTFS-realtime: bytes that were damaged look like this. */
  readonly strange: number
}

/** A stretch of the feed's bytes. */
export interface Range {
  readonly start: number
  readonly end: number
}

export interface FramedEntity extends Range {
  /** Entity id; '' unless it was asked for. */
  readonly id: string
}

/**
 * A TripUpdate. Two are equal when their wire keys and their bytes in [start, end) are, from the descriptor to the last stop: vehicle and
 * timestamp, which follow, do not count (producers move the timestamp of every trip at every poll).
 */
export interface FramedTrip extends FramedEntity {
  /** The TripUpdate's bytes. */
  readonly from: number
  readonly to: number
  /** The bytes of its descriptor, with delay and trip_properties where it has them, as text: who it is on the wire. */
  readonly wireKey: string
  readonly timestamp: number
}

export type Framed =
  | { readonly ok: true; readonly feed: FramedFeed }
  | { readonly ok: false; readonly reason: 'FEED_NOT_PROTOBUF' | 'FEED_TRUNCATED' | 'FEED_TOO_LARGE' }

const maxEntities = 200_000
const millisecondsFrom = 1e11
/** Field numbers of extensions begin here. */
const firstExtension = 1000

/** Finds the entities (7 ms for 50,000). Entity ids are read for alerts and modifications and, with `ids`, for all. */
export function frameFeed(bytes: Buffer, ids: boolean): Framed {
  try {
    return frame(bytes, ids)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return { ok: false, reason: error.overrun && looksLikeFeed(bytes) ? 'FEED_TRUNCATED' : 'FEED_NOT_PROTOBUF' }
  }
}

/** A feed begins with its header: field 1, length-delimited, and inside it the version, field 1, a short text of digits and dots. */
const looksLikeFeed = (bytes: Buffer): boolean => bytes[0] === 0x0a && bytes[2] === 0x0a && (bytes[3] as number) <= 8

function frame(bytes: Buffer, ids: boolean): Framed {
  const feed = { timestamp: 0, differential: false, feedVersion: '', entities: 0 }
  const found: Found = { trips: [], vehicles: [], alerts: [], modifications: [], deleted: [], strange: 0 }
  const cursor = new Cursor(bytes)
  const inner = new Cursor(bytes)
  let headers = 0
  while (cursor.next()) {
    if (cursor.field === 1) {
      cursor.slice()
      headers++
      readHeader(inner.over(bytes, cursor.start, cursor.stop), feed)
    } else if (cursor.field === 2) {
      cursor.slice()
      if (++feed.entities > maxEntities) return { ok: false, reason: 'FEED_TOO_LARGE' }
      readEntity(inner.over(bytes, cursor.start, cursor.stop), ids, found)
    } else {
      cursor.skip()
      if (cursor.field < firstExtension) found.strange++
    }
  }
  if (headers === 0) return { ok: false, reason: 'FEED_NOT_PROTOBUF' }
  return { ok: true, feed: { ...feed, ...found } }
}

interface Found {
  trips: FramedTrip[]
  vehicles: FramedEntity[]
  alerts: FramedEntity[]
  modifications: FramedEntity[]
  deleted: string[]
  strange: number
}

/** Two feeds one behind the other are one with two headers: the later time stands. */
function readHeader(cursor: Cursor, feed: { timestamp: number; differential: boolean; feedVersion: string }): void {
  while (cursor.next()) {
    if (cursor.field === 3 && cursor.type === wireType.varint) feed.timestamp = Math.max(feed.timestamp, seconds(cursor.varint()))
    else if (cursor.field === 2 && cursor.type === wireType.varint) feed.differential = cursor.varint() === 1
    else if (cursor.field === 4) {
      cursor.slice()
      feed.feedVersion = text(cursor)
    } else cursor.skip()
  }
}

/** Some producers write milliseconds. */
export const seconds = (time: number): number => (time > millisecondsFrom ? Math.floor(time / 1000) : time)

const text = (cursor: Cursor): string =>
  Buffer.from(cursor.bytes.buffer, cursor.bytes.byteOffset + cursor.start, cursor.stop - cursor.start).toString()

const partCursor = new Cursor(new Uint8Array(0))

function readEntity(cursor: Cursor, ids: boolean, found: Found): void {
  let id = ''
  let deleted = false
  let known = false
  const at = { trip: -1, tripEnd: 0, vehicle: -1, vehicleEnd: 0, alert: -1, alertEnd: 0, change: -1, changeEnd: 0, idStart: 0, idStop: 0 }
  while (cursor.next()) {
    const { field } = cursor
    if (field === 2 && cursor.type === wireType.varint) deleted = cursor.varint() === 1
    else cursor.skip()
    if (field === 1) [at.idStart, at.idStop] = [cursor.start, cursor.stop]
    else if (field === 3) [at.trip, at.tripEnd] = [cursor.start, cursor.stop]
    else if (field === 4) [at.vehicle, at.vehicleEnd] = [cursor.start, cursor.stop]
    else if (field === 5) [at.alert, at.alertEnd] = [cursor.start, cursor.stop]
    else if (field === 8) [at.change, at.changeEnd] = [cursor.start, cursor.stop]
    known ||= field > 2 && (field < 9 || field >= firstExtension)
  }
  if (ids || deleted || at.alert >= 0 || at.change >= 0) id = (cursor.bytes as Buffer).toString('utf8', at.idStart, at.idStop)
  if (deleted) return void found.deleted.push(id)
  if (at.trip >= 0) found.trips.push(frameTrip(partCursor.over(cursor.bytes, at.trip, at.tripEnd), id))
  if (!known) found.strange++
  if (at.vehicle >= 0) found.vehicles.push({ id, start: at.vehicle, end: at.vehicleEnd })
  if (at.alert >= 0) found.alerts.push({ id, start: at.alert, end: at.alertEnd })
  if (at.change >= 0) found.modifications.push({ id, start: at.change, end: at.changeEnd })
}

/** Walks over a TripUpdate's own fields: descriptor 1, stop_time_update 2, timestamp 4, trip_properties 6. */
function frameTrip(cursor: Cursor, id: string): FramedTrip {
  const bytes = cursor.bytes as Buffer
  const from = cursor.at
  const to = cursor.end
  let start = to
  let end = from
  let wireKey = ''
  let tail = ''
  let timestamp = 0
  while (cursor.next()) {
    const { field } = cursor
    if (field === 4 && cursor.type === wireType.varint) {
      timestamp = seconds(cursor.varint())
      continue
    }
    const value = cursor.at
    cursor.skip()
    if (field === 1) wireKey += bytes.toString('latin1', cursor.start, cursor.stop)
    else if (field === 5 || field === 6) tail += bytes.toString('latin1', value, cursor.at)
    if (field !== 1 && field !== 2) continue
    start = Math.min(start, cursor.start)
    end = Math.max(end, cursor.at)
  }
  return { id, from, to, start: Math.min(start, end), end, wireKey: tail ? `${wireKey}\u0000${tail}` : wireKey, timestamp }
}
