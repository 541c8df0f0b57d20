/**
 * A number in [0, 1) that depends on nothing but its parts: the same question always gets the same answer, so that the state of the city at
 * any instant can be computed without its past. FNV-1a over the text, then the finalizer of MurmurHash3 (both public domain).
 */
export function chance(...parts: readonly (string | number)[]): number {
  const text = parts.join('|')
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** A whole number from `low` to `high`, both included. */
export const chanceBetween = (low: number, high: number, ...parts: readonly (string | number)[]): number =>
  low + Math.floor(chance(...parts) * (high - low + 1))

/** One of the given things. */
export function chooseOne<T>(things: readonly T[], ...parts: readonly (string | number)[]): T {
  const chosen = things[Math.floor(chance(...parts) * things.length)]
  if (chosen === undefined) throw new Error('nothing to choose from')
  return chosen
}
