import type { Random } from '#domain/ports'

/** Rounds (an attempt with its repetitions in place) before a slot is a dead letter: about half an hour. */
export const maxRounds = 8
/** Repetitions in place, with full jitter: they bridge a hiccup of less than five seconds. */
export const repetitions = 2
const inPlaceMs = [800, 3200]
const firstParkMs = 10_000
const longestParkMs = 600_000
/** What may have arrived is left alone for a while before it is sent again. */
const unknownParkMs = 60_000

export const inPlaceDelay = (repetition: number, random: Random): number => random.next() * (inPlaceMs[repetition] ?? 3200)

/** How long a slot is parked after so many rounds: doubling, with jitter of a half; never shorter than the other side asked for. */
export function parkDelay(rounds: number, random: Random, afterMs = 0): number {
  const base = Math.min(longestParkMs, firstParkMs * 2 ** Math.max(0, rounds - 1))
  return Math.max(afterMs, base / 2 + (random.next() * base) / 2)
}

export const unknownDelay = (random: Random): number => unknownParkMs * (1 + random.next() / 2)
