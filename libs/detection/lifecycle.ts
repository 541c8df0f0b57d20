import { type Disruption, newest } from '#domain/disruption'
import type { Judgement, LineRule, LineView } from './lineRule'
import { type RuleMemory, type Situation, idleAfter, muted } from './memory'
import { published, rejudged, saysNoMore, withReady } from './covered'
import { longestGapSeconds, silentAfterSeconds } from './settings'
import { type Change, closedSilently, closedTold, put, revised, settled } from './situation'
import { openedEvidence, withEvidence } from './evidence'

export interface Step {
  readonly memory: RuleMemory
  readonly changes: readonly Change[]
}

const stay = (memory: RuleMemory): Step => ({ memory, changes: [] })

/**
 * One believed snapshot for one rule of one line. The same snapshot fetched again (its feed time stands still) counts once. After a gap in the
 * feed every count begins anew, and a suspicion has to be raised again.
 */
export function step(rule: LineRule, before: RuleMemory, view: LineView): Step {
  if (before.phase === 'IDLE') return fromIdle(rule, rule.judge(before, view), view)
  if (view.now <= before.judgedAt) return stay(before)
  const gap = view.now - before.judgedAt > longestGapSeconds
  if (before.phase === 'SUSPECTED' && gap) {
    const raised = fromIdle(rule, rule.judge(idleAfter(before.watched), view), view)
    return { memory: raised.memory, changes: [...dissolved(before).changes, ...raised.changes] }
  }
  const judged = rule.judge(before, view)
  const evidenceAt = judged.verdict !== 'BLIND' || gap ? view.now : before.evidenceAt
  const memory = { ...before, judgedAt: view.now, evidenceAt, ...(gap && { streak: 0, widening: 0 }) }
  if (memory.phase === 'SUSPECTED') return fromSuspected(rule, memory, judged, view)
  return memory.phase === 'OPEN' ? fromOpen(memory, judged, view) : fromMuted(rule, memory, judged, view)
}

/** The feed goes on, but nothing is known about this line (no key frame yet): nothing opens, and nothing is told. */
export function stepUnknown(before: RuleMemory, now: number): Step {
  if (before.phase === 'SUSPECTED' && now - before.judgedAt > longestGapSeconds) return dissolved(before)
  if (before.phase === 'IDLE' || before.phase === 'SUSPECTED') return stay(before)
  return endedByDeclaration(before, now) ?? (now - before.evidenceAt >= silentAfterSeconds ? silent(before, now) : stay(before))
}

function fromIdle(rule: LineRule, judged: Judgement, view: LineView): Step {
  if (judged.verdict !== 'BAD') return stay(idleAfter(judged.watched))
  const disruption = suspected(rule, judged, view)
  const situation: Situation = { disruption, acts: [], byStaff: false, confirmed: false }
  const memory: RuleMemory = {
    ...idleAfter(judged.watched),
    phase: 'SUSPECTED',
    streak: 1,
    judgedAt: view.now,
    evidenceAt: view.now,
    situation,
  }
  if (rule.feedsToOpen(view.settings) <= 1) return opened(memory, situation, judged, view)
  return { memory, changes: [put(situation)] }
}

function fromSuspected(rule: LineRule, memory: RuleMemory, judged: Judgement, view: LineView): Step {
  if (judged.verdict !== 'BAD' || !memory.situation) return dissolved(memory)
  const next = { ...memory, streak: memory.streak + 1 }
  return next.streak >= rule.feedsToOpen(view.settings) ? opened(next, memory.situation, judged, view) : stay(next)
}

function dissolved(memory: RuleMemory): Step {
  return {
    memory: idleAfter(memory.watched),
    changes: memory.situation ? [{ kind: 'erase', disruption: memory.situation.disruption }] : [],
  }
}

function opened(memory: RuleMemory, situation: Situation, judged: Judgement, view: LineView): Step {
  if (!judged.facts) return stay(memory)
  const d = situation.disruption
  const seen: Disruption = { ...d, state: 'OPEN', openedAt: view.now }
  const disruption = withEvidence(revised(seen, judged.facts, view.now), openedEvidence(d, judged.evidence, view.now))
  const next = published({ ...situation, disruption }, view)
  const { watched, facts, evidence, measured } = judged
  const open: RuleMemory = { ...memory, phase: 'OPEN', streak: 0, situation: next, watched, told: measured }
  return { memory: withReady(open, { facts, evidence, measured }), changes: [put(next)] }
}

function fromOpen(memory: RuleMemory, judged: Judgement, view: LineView): Step {
  const declared = endedByDeclaration(memory, view.now)
  if (declared) return declared
  const { verdict } = judged
  const { ready: _, ...rest } = memory
  const watched: RuleMemory = { ...rest, watched: judged.watched }
  if (verdict === 'CLEAR' || verdict === 'OVER') return towardsEnd({ ...watched, streak: memory.streak + 1 }, judged, view)
  if (verdict === 'BLIND' && view.now - memory.evidenceAt >= silentAfterSeconds) return silent(memory, view.now)
  const revision = maybeRevised({ ...watched, streak: 0, widening: judged.wider ? memory.widening + 1 : 0 }, judged, view)
  return maybeUncovered(revision, judged, view)
}

/** What was held because its cause was told already is told when that has ended. */
function maybeUncovered(after: Step, { facts, evidence, measured }: Judgement, view: LineView): Step {
  const memory = withReady(after.memory, { facts, evidence, measured })
  const next = rejudged(memory, view)
  const { situation } = next
  return situation && situation !== memory.situation ? { memory: next, changes: [put(situation)] } : { ...after, memory }
}

function towardsEnd(memory: RuleMemory, judged: Judgement, view: LineView): Step {
  const { situation } = memory
  if (!situation || memory.streak < view.settings.detection.feedsToClose) return stay({ ...memory, widening: 0 })
  if (judged.verdict === 'OVER') return silent(memory, view.now)
  const end = withEvidence(closedTold(situation.disruption, view.now), { closed: { at: view.now, ...judged.evidence } })
  return { memory: idleAfter(memory.watched), changes: [{ kind: 'put', disruption: end }] }
}

function silent(memory: RuleMemory, now: number): Step {
  const d = memory.situation?.disruption
  return {
    memory: idleAfter(memory.watched),
    changes: d && d.state !== 'CLOSED' ? [{ kind: 'put', disruption: closedSilently(d, now) }] : [],
  }
}

/** A wider scope is told at once: those riders know nothing yet. It only ever widens, so that this happens at most twice. */
function maybeRevised(memory: RuleMemory, judged: Judgement, view: LineView): Step {
  const { situation } = memory
  if (!situation || !judged.facts || situation.byStaff) return stay(memory)
  const widened = memory.widening >= view.settings.detection.feedsToOpen
  if (!judged.news && !widened) return stay(memory)
  const scopes = widened || judged.wider === false ? judged.facts.scopes : situation.disruption.scopes
  if (saysNoMore(situation, scopes, view)) return stay(memory)
  const d = revised(situation.disruption, { ...judged.facts, scopes }, view.now)
  const next = { ...situation, disruption: withEvidence(d, { newest: { at: view.now, ...judged.evidence } }) }
  return { memory: { ...memory, widening: 0, situation: next, told: judged.measured }, changes: [put(next)] }
}

function fromMuted(rule: LineRule, memory: RuleMemory, judged: Judgement, view: LineView): Step {
  if (judged.verdict === 'BAD' && judged.fresh) return fromIdle(rule, judged, view)
  const ends = judged.verdict === 'CLEAR' || judged.verdict === 'OVER'
  const streak = ends ? memory.streak + 1 : 0
  const over = streak >= view.settings.detection.feedsToClose || view.now - memory.evidenceAt >= silentAfterSeconds
  return stay(over ? idleAfter(judged.watched) : { ...memory, streak, watched: judged.watched })
}

/** Staff gave a detected disruption an end, and it has come: closed, and not opened again while the rule still sees the same. */
function endedByDeclaration(memory: RuleMemory, now: number): Step | undefined {
  if (memory.phase !== 'OPEN' || !memory.situation) return undefined
  const next = settled(memory.situation, now)
  if (next === memory.situation) return undefined
  if (next.disruption.state !== 'CLOSED') return { memory: { ...memory, situation: next }, changes: [put(next)] }
  return { memory: muted(memory, next), changes: [put(next)] }
}

function suspected(rule: LineRule, judged: Judgement, view: LineView): Disruption {
  const facts = judged.facts
  return {
    operator: view.settings.operator, id: `${view.line}-${rule.idWord}-${view.now}`, rule: rule.rule, origin: 'DETECTED', state: 'SUSPECTED',
    publication: 'HELD', scopes: facts?.scopes ?? [], effect: facts?.effect ?? 'UNKNOWN_EFFECT', cause: 'UNKNOWN_CAUSE',
    severity: facts?.severity ?? 'INFO', suspectedAt: view.now, openedAt: 0, closedAt: 0, communication: { start: 0, end: 0 }, impact: [],
    revisions: [], texts: [], evidence: JSON.stringify({ suspected: { at: view.now, ...judged.evidence } }),
  } // prettier-ignore
}

/** Whether a revision was made within the last so many seconds. */
export const toldWithin = (memory: RuleMemory, now: number, seconds: number): boolean => {
  const last = memory.situation && newest(memory.situation.disruption)
  return last !== undefined && now - last.at < seconds
}
