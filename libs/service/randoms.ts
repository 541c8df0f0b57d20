import { createHash, randomBytes } from 'node:crypto'
import type { Random } from '#domain/ports'

export const realRandom: Random = {
  next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  bytes: (length) => randomBytes(length),
}

/** The same seed gives the same numbers (mulberry32: public domain, by Tommy Ettinger). */
export function seededRandom(seed: string | number): Random {
  let state = createHash('sha256').update(String(seed)).digest().readUInt32LE(0)
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return { next, bytes: (length) => Buffer.from(Array.from({ length }, () => Math.floor(next() * 256))) }
}
