import { type Disruption, newest } from '#domain/disruption'
import type { Notice } from '#domain/observation'
import type { Policy } from '#domain/operator'
import type { Situation } from './memory'
import { closedTold, plainFacts, publicationBy, revised } from './situation'

/** What became of an act of staff; a reason why it changed nothing. */
export type ActOutcome =
  { readonly kind: 'applied'; readonly situation: Situation } | { readonly kind: 'ignored'; readonly reason: ActReason }
export type ActReason = 'REPEATED_ACT' | 'UNKNOWN_DISRUPTION' | 'ALREADY_ISSUED' | 'NOT_OPEN'

const ignored = (reason: ActReason): ActOutcome => ({ kind: 'ignored', reason })
const actsKept = 200

/** Applies an act to the disruption that it names; `policy` of the rule NOTICE decides what an issued notice is (shadow: held). */
export function applyAct(existing: Situation | undefined, notice: Notice, policy: Policy): ActOutcome {
  if (existing?.acts.includes(notice.id)) return ignored('REPEATED_ACT')
  if (notice.act === 'ISSUE') return existing ? ignored('ALREADY_ISSUED') : applied(issued(notice, policy), notice)
  if (!existing) return ignored('UNKNOWN_DISRUPTION')
  if (existing.disruption.state === 'CLOSED') return ignored('NOT_OPEN')
  return changed(existing, notice)
}

const applied = (s: Situation, notice: Notice): ActOutcome => ({
  kind: 'applied',
  situation: { ...s, acts: [...s.acts, notice.id].slice(-actsKept) },
})

function changed(s: Situation, notice: Notice): ActOutcome {
  const suspected = s.disruption.state === 'SUSPECTED'
  switch (notice.act) {
    case 'UPDATE':
      return suspected ? ignored('NOT_OPEN') : applied({ ...s, byStaff: true, disruption: updated(s.disruption, notice) }, notice)
    case 'CONFIRM':
      return applied({ ...s, confirmed: true, disruption: suspected ? s.disruption : confirmed(s.disruption, notice.at) }, notice)
    case 'CLEAR':
      return applied({ ...s, disruption: suspected ? withdrawn(s.disruption, notice) : cleared(s.disruption, notice) }, notice)
    default:
      return applied({ ...s, disruption: withdrawn(s.disruption, notice) }, notice)
  }
}

function issued(notice: Notice, policy: Policy): Situation {
  // With `ask`, staff have answered by writing it.
  const publication = publicationBy(policy === 'shadow' ? 'shadow' : 'auto', notice.publishAt, notice.at)
  const { operator, scopes, effect, cause, severity, texts, at } = notice
  const disruption: Disruption = {
    operator, id: notice.disruption, rule: 'NOTICE', origin: 'DECLARED', state: 'OPEN', publication, scopes, effect, cause, severity,
    suspectedAt: at, openedAt: at, closedAt: 0, communication: { start: notice.publishAt, end: notice.until }, impact: [], revisions: [], texts,
    evidence: JSON.stringify({ author: notice.author }),
  } // prettier-ignore
  return { disruption: revised(disruption, plainFacts(notice, notice.until), at), acts: [], byStaff: true, confirmed: false }
}

/** Scopes left out stay as they are: nothing may reach the whole network by an omission. Texts left out are generated again. */
function updated(d: Disruption, notice: Notice): Disruption {
  const before = newest(d)
  const scopes = notice.scopes.length > 0 ? notice.scopes : d.scopes
  const facts = { ...(before ?? plainFacts(notice)), severity: notice.severity, effect: notice.effect, scopes, declaredEnd: notice.until }
  const next = { ...d, cause: notice.cause, texts: notice.texts, communication: { ...d.communication, end: notice.until } }
  return rescheduled(revised(next, facts, notice.at), notice)
}

function rescheduled(d: Disruption, notice: Notice): Disruption {
  if (d.publication !== 'SCHEDULED') return d
  const publication = publicationBy('auto', notice.publishAt, notice.at)
  return { ...d, publication, communication: { ...d.communication, start: notice.publishAt } }
}

const confirmed = (d: Disruption, at: number): Disruption =>
  d.publication === 'HELD' ? { ...d, publication: publicationBy('auto', d.communication.start, at) } : d

const cleared = (d: Disruption, notice: Notice): Disruption => closedTold(d, notice.at, notice.texts.length > 0 ? notice.texts : d.texts)

/** Riders who were told hear the end of it; the others never hear of it. */
function withdrawn(d: Disruption, notice: Notice): Disruption {
  const end: Disruption = d.publication === 'TOLD' ? cleared(d, notice) : { ...d, state: 'CLOSED', closedAt: notice.at }
  return { ...end, publication: 'WITHDRAWN' }
}
