/**
 * Which partition a record belongs to: the same in every adapter and for ever, since positions and order on disk depend on it. FNV-1a over
 * the UTF-8 bytes, then MurmurHash3's finalizer, so that similar texts (`op/1`, `op/2`) spread too. Both are public domain.
 */
export function partitionOf(text: string, partitions: number): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % partitions
}
