import { type Disruption, type Effect, newest, severityRank } from '#domain/disruption'
import { withEvidence } from './evidence'
import type { LineView } from './lineRule'
import type { Ready, RuleMemory, Situation } from './memory'
import { covers, placesOf } from './scopes'
import { policyOf } from './settings'
import { publicationBy, revised } from './situation'

/**
 * The same cause is told once. What is detected (DELAY, CANCELLED) is covered while an open, told disruption of the operator's feed or of staff
 * concerns everybody that it concerns, applies now, and has an effect that explains it.
 *
 * - It opens covered: held, whatever the policy; the evidence names the cover. Its revisions go on, for staff. When nothing covers it any
 *   more and the rule still sees it, it is told by its policy with what is so then, as if it opened then. Until the rule sees it, nobody hears of it.
 * - It was told before the cover came: it stays told, and its riders get its own all-clear; meanwhile it tells no updates.
 * - Staff confirmed it: it is told; covers count no more.
 *
 * A cover that riders heard of half a day ago explains today's delay to nobody; and a detour or changed service explains nothing that is worse
 * than itself: better told twice than never.
 *
 * Judged at the line's ticks, and when a cover ends at once, by what the last tick saw: whoever hears that the cover is over can then be told
 * that something else is not (the all-clear asks what is still told of a line). A line's state must therefore be durable before those of its covers (detector.ts: portions).
 */
const explaining: readonly Effect[] = ['NO_SERVICE', 'REDUCED_SERVICE', 'SIGNIFICANT_DELAYS', 'MODIFIED_SERVICE']
const explainedBy: Readonly<Partial<Record<Disruption['rule'], readonly Effect[]>>> = {
  DELAY: [...explaining, 'DETOUR'],
  CANCELLED: explaining,
}
/** Planned as a rule: they explain what they announced, not what is worse. */
const planned: readonly Effect[] = ['DETOUR', 'MODIFIED_SERVICE']
const freshSeconds = 12 * 3600

/** What can cover anything now, in a fixed order. Judged by the clock too: a declared end may have come without a tick that says so. */
export const coversAt = (situations: Iterable<Situation>, now: number): Disruption[] =>
  [...situations]
    .map((s) => s.disruption)
    .filter((d) => isTold(d) && applies(d, now))
    .sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1))

const isTold = (d: Disruption): boolean => d.origin !== 'DETECTED' && d.state === 'OPEN' && d.publication === 'TOLD'

/** Works at night explain no delay at noon. */
function applies(d: Disruption, now: number): boolean {
  const end = newest(d)?.declaredEnd ?? 0
  const within = d.impact.length === 0 || d.impact.some((p) => p.start <= now && (p.end === 0 || p.end > now))
  return within && (end === 0 || end > now) && now - d.openedAt <= freshSeconds
}

/** The first that covers it; several may share the work only direction by direction. */
export function coverOf(
  { rule, scopes, severity }: Pick<Disruption, 'rule' | 'scopes' | 'severity'>,
  view: CoverView,
): Disruption | undefined {
  const effects = explainedBy[rule] ?? []
  const places = placesOf(view.info)
  const concernsAll = (c: Disruption) => c.scopes.length === 0 || (scopes.length > 0 && covers(c.scopes, scopes, places))
  const explains = (c: Disruption) =>
    effects.includes(c.effect) && (!planned.includes(c.effect) || severityRank(severity) <= severityRank(c.severity))
  return view.covers.find((c) => explains(c) && concernsAll(c))
}

/** What decides about covers. */
export type CoverView = Pick<LineView, 'settings' | 'info' | 'covers' | 'now'>

/** Who hears of a situation that opens now: nobody while it is covered, else those whom the policy says. */
export function published(s: Situation, view: CoverView): Situation {
  const cover = s.confirmed ? undefined : coverOf(s.disruption, view)
  return cover ? heldUnder(s, cover, view.now) : byPolicy(s, view)
}

/** Held under a cover it is looked at again: another may cover it now, or none, and then it is told. The same memory when nothing changed. */
export function rejudged(memory: RuleMemory, view: CoverView): RuleMemory {
  const { situation: s, ready } = memory
  if (!s || !isHeld(s) || !ready) return memory
  const cover = coverOf(s.disruption, view)
  if (cover) return cover.id === s.coveredBy ? memory : { ...memory, situation: heldUnder(s, cover, view.now) }
  const { ready: _, ...rest } = memory
  return { ...rest, situation: released(s, ready, view), told: s.byStaff ? memory.told : ready.measured }
}

/** What a snapshot would tell of one that is held is kept until the next one, or the end of the cover. */
export function withReady(memory: RuleMemory, ready: Ready): RuleMemory {
  const { ready: _, ...rest } = memory
  return ready.facts && memory.situation && isHeld(memory.situation) ? { ...rest, ready } : rest
}

const isHeld = ({ coveredBy, confirmed, disruption: d }: Situation): boolean =>
  coveredBy !== undefined && !confirmed && d.state === 'OPEN' && d.publication === 'HELD'

function released(s: Situation, { facts, evidence }: Ready, view: CoverView): Situation {
  const { coveredBy: _, ...free } = s
  const d = s.disruption
  const current = s.byStaff || !facts || newest(d)?.at === view.now ? d : revised(d, facts, view.now)
  const moments = { newest: { at: view.now, ...evidence }, uncovered: { at: view.now } }
  return byPolicy({ ...free, disruption: withEvidence(current, moments) }, view)
}

/** Told already, and now covered: an update would tell the same cause twice. */
export const saysNoMore = (s: Situation, scopes: Disruption['scopes'], view: CoverView): boolean =>
  s.disruption.publication === 'TOLD' && !s.confirmed && coverOf({ ...s.disruption, scopes }, view) !== undefined

const heldUnder = (s: Situation, cover: Disruption, now: number): Situation => ({
  ...s,
  coveredBy: cover.id,
  disruption: { ...withEvidence(s.disruption, { covered: { at: now, by: cover.id } }), publication: 'HELD' },
})

function byPolicy(s: Situation, view: CoverView): Situation {
  const policy = s.confirmed ? 'auto' : policyOf(view.settings.policy, s.disruption.rule)
  return { ...s, disruption: { ...s.disruption, publication: publicationBy(policy, 0, view.now) } }
}

interface CoverEvidence {
  readonly covered?: { readonly by: string }
  readonly uncovered?: { readonly at: number }
}

const evidenceOf = (d: Disruption): CoverEvidence => JSON.parse(d.evidence || '{}') as CoverEvidence

/** The id of what holds it back, according to its record. */
export function coveredByIn(d: Disruption): string | undefined {
  const { covered, uncovered } = evidenceOf(d)
  return uncovered ? undefined : covered?.by
}

/** From which revision on riders were told, had they all been there from the start; undefined: of none. For a disruption that staff left alone. */
export function firstTold(d: Disruption): number | undefined {
  if (d.publication === 'HELD') return undefined
  const since = evidenceOf(d).uncovered?.at ?? 0
  return d.revisions.find((r) => r.at >= since)?.number
}
