import type { Trip } from '#domain/frame'
import type { AlertEntries, AlertEntry } from './feedAlerts'
import type { FeedPart, LineState } from './lineState'
import type { Situation } from './memory'

/**
 * States as bytes: version u8 | length of the JSON u32 LE | JSON | the packed stops of all trips, one behind the other, in the order of the JSON.
 * Bytes of another version read as undefined: the line is then unknown until its next key frame.
 */
const version = 1
const headerBytes = 5

type TripJson = Omit<Trip, 'stops'> & { readonly bytes: number }
type PartJson = Omit<FeedPart, 'trips'> & { readonly trips: readonly TripJson[] }
type LineJson = Omit<LineState, 'parts'> & { readonly parts: readonly PartJson[] }

export function encodeLineState(state: LineState): Uint8Array {
  const stops: Uint8Array[] = []
  const parts = state.parts.map((part): PartJson => ({ ...part, trips: [...part.trips.values()].map((trip) => withoutStops(trip, stops)) }))
  return encode({ ...state, parts } satisfies LineJson, stops)
}

function withoutStops(trip: Trip, stops: Uint8Array[]): TripJson {
  const { stops: bytes, ...rest } = trip
  stops.push(bytes)
  return { ...rest, bytes: bytes.byteLength }
}

export function decodeLineState(bytes: Uint8Array): LineState | undefined {
  const read = decode<LineJson>(bytes)
  if (!read) return undefined
  let at = 0
  const trip = ({ bytes: length, ...rest }: TripJson): Trip => ({ ...rest, stops: read.tail.slice(at, (at += length)) })
  const parts = read.json.parts.map((part): FeedPart => ({ ...part, trips: new Map(part.trips.map((t) => [t.key, trip(t)])) }))
  return { ...read.json, parts }
}

export const encodeAlerts = (entries: AlertEntries): Uint8Array => encode([...entries.values()], [])

export function decodeAlerts(bytes: Uint8Array): AlertEntries | undefined {
  const read = decode<readonly AlertEntry[]>(bytes)
  return read && new Map(read.json.map((entry) => [entry.alert.id, entry]))
}

export const encodeSituation = (situation: Situation): Uint8Array => encode(situation, [])
export const decodeSituation = (bytes: Uint8Array): Situation | undefined => decode<Situation>(bytes)?.json

function encode(json: object, tail: readonly Uint8Array[]): Uint8Array {
  const text = Buffer.from(JSON.stringify(json))
  const header = Buffer.alloc(headerBytes)
  header.writeUInt8(version, 0)
  header.writeUInt32LE(text.byteLength, 1)
  return Buffer.concat([header, text, ...tail])
}

function decode<T>(bytes: Uint8Array): { json: T; tail: Uint8Array } | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.byteLength < headerBytes || buffer.readUInt8(0) !== version) return undefined
  const end = headerBytes + buffer.readUInt32LE(1)
  return { json: JSON.parse(buffer.toString('utf8', headerBytes, end)) as T, tail: new Uint8Array(buffer.subarray(end)) }
}
