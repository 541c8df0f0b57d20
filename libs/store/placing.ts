import { chunkRecords, recordsIn, replaceIn } from './pageBytes'
import { bucketOf, chunksOf, withChunks } from './pageIndex'

/** The rows of one scope, however an adapter keeps them. A row that is absent reads as no bytes. */
export interface ScopeRows {
  chunk(number: number): Uint8Array
  setChunk(number: number, bytes: Uint8Array): void
  bucket(number: number): Uint8Array
  setBucket(number: number, bytes: Uint8Array): void
}

/** How full a scope's chunks are: derived from the rows, kept in memory, so that finding room costs no search. */
export interface Fill {
  /** Records by chunk. */
  readonly counts: number[]
  readonly roomy: Set<number>
  size: number
}

export function fillOf(counts: readonly number[]): Fill {
  const roomy = counts.flatMap((count, chunk) => (count < chunkRecords ? [chunk] : []))
  return { counts: [...counts], roomy: new Set(roomy), size: counts.reduce((sum, count) => sum + count, 0) }
}

/**
 * Replaces the rider's records in the scope: first in the chunks that hold some, then wherever there is room, else in a new chunk.
 * Touches the rider's chunks, at most one more for each 252 records, and one bucket. Putting the same again writes nothing.
 */
export function place(rows: ScopeRows, fill: Fill, rider: number, records: Uint8Array): void {
  const bucket = rows.bucket(bucketOf(rider))
  const before = chunksOf(bucket, rider)
  const after: number[] = []
  let left = records
  const fillUp = (chunk: number) => {
    const rest = replaceChunk(rows, fill, chunk, rider, left)
    if (rest.length < left.length) after.push(chunk)
    left = rest
  }
  before.forEach(fillUp)
  while (left.length > 0) fillUp(roomyChunk(fill))
  if (before.join() !== after.join()) rows.setBucket(bucketOf(rider), withChunks(bucket, rider, after))
}

/** Returns the records that found no room. */
function replaceChunk(rows: ScopeRows, fill: Fill, chunk: number, rider: number, records: Uint8Array): Uint8Array {
  const replaced = replaceIn(rows.chunk(chunk), rider, records)
  if (replaced.changed) {
    rows.setChunk(chunk, replaced.chunk)
    note(fill, chunk, recordsIn(replaced.chunk))
  }
  return replaced.left
}

function note(fill: Fill, chunk: number, count: number): void {
  fill.size += count - (fill.counts[chunk] ?? 0)
  fill.counts[chunk] = count
  if (count < chunkRecords) fill.roomy.add(chunk)
  else fill.roomy.delete(chunk)
}

function roomyChunk(fill: Fill): number {
  const [open] = fill.roomy
  if (open !== undefined) return open
  const added = fill.counts.push(0) - 1
  fill.roomy.add(added)
  return added
}
