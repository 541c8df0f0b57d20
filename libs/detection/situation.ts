import type { Disruption, Publication, Revision } from '#domain/disruption'
import { newest } from '#domain/disruption'
import type { Policy } from '#domain/operator'
import type { Situation } from './memory'

/** The facts of a revision, before it has a number and a time. */
export type Facts = Omit<Revision, 'number' | 'at' | 'closing'>

/** What a detector wants written to the topic: the whole disruption, or its tombstone (a suspicion that dissolved). */
export type Change = { readonly kind: 'put'; readonly disruption: Disruption } | { readonly kind: 'erase'; readonly disruption: Disruption }

export const put = (s: Situation): Change => ({ kind: 'put', disruption: s.disruption })

/** Facts without a delay and without cancelled trips. */
export const plainFacts = (d: Pick<Facts, 'severity' | 'effect' | 'scopes'>, declaredEnd = 0): Facts => ({
  severity: d.severity,
  effect: d.effect,
  scopes: d.scopes,
  delayMin: 0,
  delayMax: 0,
  cancelled: [],
  estimatedEnd: 0,
  declaredEnd,
  nextUpdate: 0,
})

/** Adds a revision; the disruption's own severity, effect and scopes are those of its newest revision. */
export function revised(d: Disruption, facts: Facts, at: number, closing = false): Disruption {
  const revision: Revision = { ...facts, number: d.revisions.length + 1, at, closing }
  return { ...d, severity: facts.severity, effect: facts.effect, scopes: facts.scopes, revisions: [...d.revisions, revision] }
}

/** Ends it and tells so: the closing revision is the all-clear, whose text is generated; what was written about the disruption stays on record. */
export function closedTold(d: Disruption, at: number, texts: Disruption['texts'] = d.texts): Disruption {
  const end = revised(d, { ...plainFacts(d), declaredEnd: newest(d)?.declaredEnd ?? 0 }, at, true)
  return { ...end, state: 'CLOSED', closedAt: at, texts }
}

/**
 * Ends it without a word, by a disruption that is closed but has no closing revision: nobody may hear an all-clear that nothing supports
 * (the service is over, the trips are no longer seen), or that says what was already announced (a declared end, cancelled departures past).
 */
export const closedSilently = (d: Disruption, at: number): Disruption => ({ ...d, state: 'CLOSED', closedAt: at })

/** Policy decides who says that it is told: nobody (shadow), staff (ask), the rule (auto); `start`: told only from then on, 0 = at once. */
export function publicationBy(policy: Policy, start: number, now: number): Publication {
  if (policy !== 'auto') return 'HELD'
  return start > now ? 'SCHEDULED' : 'TOLD'
}

/** What time alone brings: a scheduled one becomes told, a declared end closes at that second. The same record whoever notices first. */
export function settled(s: Situation, now: number): Situation {
  const d = s.disruption
  if (d.state !== 'OPEN') return s
  const end = newest(d)?.declaredEnd ?? 0
  if (end > 0 && end <= now) return { ...s, disruption: closedSilently(d, end) }
  if (d.publication === 'SCHEDULED' && d.communication.start <= now) return { ...s, disruption: { ...d, publication: 'TOLD' } }
  return s
}
