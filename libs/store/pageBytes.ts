/**
 * The rules over a chunk of packed subscriptions: 16-byte records, contiguous, in no order, of which only the rider's number (u32 little
 * endian at byte 0) is known here. A page is read whole, but kept in chunks, so that one subscription rewrites 4 KiB and not 64.
 *
 * A record never leaves its chunk unless its own rider changes: whoever reads page after page while others subscribe and unsubscribe still
 * meets every unchanged rider exactly once. That is why removal swaps with the last record of the chunk, not of the scope.
 */
export const recordBytes = 16
/** 252 × 16 = 4,032 bytes: with its row header this fills one 4 KiB page of SQLite and does not spill into a second. */
export const chunkRecords = 252
/** 16 × 252 = 4,032 records a page, within the 4,096 that a page may have. */
export const chunksPerPage = 16

export interface Replaced {
  readonly chunk: Uint8Array
  /** The records for which the chunk had no room. */
  readonly left: Uint8Array
  readonly changed: boolean
}

export const recordsIn = (bytes: Uint8Array): number => bytes.length / recordBytes

/** Throws a RangeError unless these are whole records of this rider: a foreign record could never be found again. */
export function checkRecords(rider: number, records: Uint8Array): void {
  if (records.length % recordBytes !== 0) throw new RangeError(`records: ${records.length} bytes are not a multiple of ${recordBytes}`)
  const view = viewOf(records)
  for (let at = 0; at < records.length; at += recordBytes) {
    if (view.getUint32(at, true) !== rider) throw new RangeError(`records: byte ${at} holds another rider than ${rider}`)
  }
}

/** Where the rider's records start in the chunk, ascending, in bytes. */
export function placesOf(chunk: Uint8Array, rider: number): number[] {
  const view = viewOf(chunk)
  const places: number[] = []
  for (let at = 0; at < chunk.length; at += recordBytes) if (view.getUint32(at, true) === rider) places.push(at)
  return places
}

/** Replaces the rider's records in the chunk: over the old ones, then behind the last while there is room; surplus old ones are swapped out. */
export function replaceIn(chunk: Uint8Array, rider: number, records: Uint8Array): Replaced {
  const old = placesOf(chunk, rider)
  const fit = Math.min(recordsIn(records), chunkRecords - recordsIn(chunk) + old.length)
  const next = Buffer.alloc(Math.max(chunk.length, chunk.length + (fit - old.length) * recordBytes))
  next.set(chunk)
  for (let i = 0; i < fit; i++) next.set(recordAt(records, i * recordBytes), old[i] ?? chunk.length + (i - old.length) * recordBytes)
  const kept = swapOut(next, old.slice(fit))
  return { chunk: kept, left: records.subarray(fit * recordBytes), changed: Buffer.compare(kept, chunk) !== 0 }
}

/** Removes records by moving the last one into each hole, from the back, so that the places before stay right. Works in place. */
function swapOut(bytes: Uint8Array, places: readonly number[]): Uint8Array {
  let end = bytes.length
  for (const place of places.toReversed()) {
    end -= recordBytes
    bytes.copyWithin(place, end, end + recordBytes)
  }
  return bytes.subarray(0, end)
}

const recordAt = (bytes: Uint8Array, at: number): Uint8Array => bytes.subarray(at, at + recordBytes)
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
