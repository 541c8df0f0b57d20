import type { History } from './history'
import { healthLaw } from './healthLaw'
import { byDelivery, isShown } from './keys'
import { aboutAgain, expiryLaw, orderLaw } from './messengerLaws'
import { countersLaw, onceLaw, shownLaw, terminalLaw } from './ledgerLaws'
import { strangersLaw } from './strangersLaw'

/** L1 … L10 as docs/reliability.md numbers them. */
export type Law = 'L1' | 'L2' | 'L3' | 'L4' | 'L5' | 'L6' | 'L7' | 'L8' | 'L10'

export interface Violation {
  readonly law: Law
  readonly detail: string
}

export interface Limits {
  /** How many copies there may be in all, beyond one of each delivery: 2 × concurrency × kills, plus what the messenger itself cut. */
  readonly bound: number
  /** What a request may take from the last look at the clock to the messenger. */
  readonly graceMs?: number
}

export interface Verdict {
  /** Intents that came to no end, or to one that the messenger does not know of. */
  readonly lost: number
  /** Copies beyond the first of each delivery. */
  readonly duplicates: number
  readonly orderViolations: number
  readonly afterExpiry: number
  readonly violations: readonly Violation[]
}

/** Judges a history that has come to rest. Pure; the order of `arrivals` is the order in which they came. */
export function check(history: History, { bound, graceMs = 1000 }: Limits): Verdict {
  const lost = [...terminalLaw(history), ...shownLaw(history)]
  const duplicates = aboutAgain(history)
  const order = orderLaw(history)
  const expired = expiryLaw(history, graceMs)
  const copies: Violation[] =
    duplicates > bound ? [{ law: 'L3', detail: `${duplicates} copies, of which ${bound} may be: ${worst(history)}` }] : []
  const others = [...strangersLaw(history), ...onceLaw(history), ...countersLaw(history), ...healthLaw(history)]
  const violations = [...lost.map((l) => l.violation), ...copies, ...order, ...expired, ...others]
  const lostIntents = new Set(lost.map((l) => l.intent)).size
  return { lost: lostIntents, duplicates, orderViolations: order.length, afterExpiry: expired.length, violations }
}

function worst({ arrivals }: History): string {
  const counts = Map.groupBy(arrivals.filter(isShown), byDelivery)
  const [key, copies] = [...counts].reduce((most, next) => (next[1].length > most[1].length ? next : most))
  return `${key} came ${copies.length} times`
}

/** Violations by law, for one line of text: at most so many of each. */
export function summary(violations: readonly Violation[], most = 3): string {
  const groups = Map.groupBy(violations, (v) => v.law)
  return [...groups]
    .map(
      ([law, all]) =>
        `${law} × ${all.length}: ${all
          .slice(0, most)
          .map((v) => v.detail)
          .join(' | ')}`,
    )
    .join('\n')
}
