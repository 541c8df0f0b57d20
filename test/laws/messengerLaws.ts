import type { Violation } from './check'
import type { Arrival, History } from './history'
import { byDelivery, byRider, isShown } from './keys'

/** How many arrivals were copies of one that had come before. */
export function aboutAgain({ arrivals }: History): number {
  const shown = arrivals.filter(isShown)
  return shown.length - new Set(shown.map(byDelivery)).size
}

/** L4: a rider never reads an older revision after a newer one. */
export function orderLaw({ arrivals }: History): Violation[] {
  const newest = new Map<string, number>()
  return arrivals.filter(isShown).flatMap((a): Violation[] => {
    const before = newest.get(byRider(a)) ?? 0
    newest.set(byRider(a), Math.max(before, a.revision))
    return a.revision < before ? [{ law: 'L4', detail: `${byDelivery(a)} came after revision ${before}` }] : []
  })
}

/** L5: nothing is sent after its declared end. */
export function expiryLaw({ intents, arrivals }: History, graceMs: number): Violation[] {
  const ends = new Map(intents.map((i) => [byDelivery(i), i.expiresAt]))
  return arrivals.flatMap((a) => late(a, ends.get(byDelivery(a)), graceMs))
}

function late(a: Arrival, expiresAt: number | undefined, graceMs: number): Violation[] {
  if (expiresAt === undefined || a.atMs <= expiresAt * 1000 + graceMs) return []
  return [{ law: 'L5', detail: `${byDelivery(a)} came ${Math.round(a.atMs / 1000 - expiresAt)} s after its end` }]
}
