/**
 * The index of a scope: in which chunks a rider's records are. Riders are put together by 128 (a bucket), since a row a rider would cost
 * more than the record itself. An entry is a u32, little endian: the rider's lower 7 bits above the chunk's number (24 bits).
 */
export const entryBytes = 4
const riderBits = 7
const chunkBits = 24

export const bucketOf = (rider: number): number => rider >>> riderBits

const lowOf = (rider: number): number => rider & (2 ** riderBits - 1)

/** The chunks that hold records of the rider; nearly always none or one. */
export function chunksOf(bucket: Uint8Array, rider: number): number[] {
  return entriesOf(bucket)
    .filter((entry) => entry >>> chunkBits === lowOf(rider))
    .map((entry) => entry & (2 ** chunkBits - 1))
}

/** The bucket with these chunks for the rider, in place of those before. */
export function withChunks(bucket: Uint8Array, rider: number, chunks: readonly number[]): Buffer {
  const others = entriesOf(bucket).filter((entry) => entry >>> chunkBits !== lowOf(rider))
  const mine = chunks.map((chunk) => lowOf(rider) * 2 ** chunkBits + chunk)
  const bytes = Buffer.alloc((others.length + mine.length) * entryBytes)
  for (const [i, entry] of [...others, ...mine].entries()) bytes.writeUInt32LE(entry, i * entryBytes)
  return bytes
}

function entriesOf(bucket: Uint8Array): number[] {
  const view = new DataView(bucket.buffer, bucket.byteOffset, bucket.byteLength)
  return Array.from({ length: bucket.length / entryBytes }, (_, i) => view.getUint32(i * entryBytes, true))
}
