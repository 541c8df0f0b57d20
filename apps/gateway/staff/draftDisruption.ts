import type { Disruption, Scope } from '#domain/disruption'
import type { Language } from '#domain/operator'
import type { NoticeBody } from './schemas'

/** The disruption that a notice would become if it were sent now: for the preview of texts and audience, never published. */
export function draftDisruption(operator: string, body: NoticeBody, scopes: readonly Scope[], now: number): Disruption {
  const { effect, cause, severity, until } = body
  const facts = { number: 1, at: now, severity, effect, scopes, delayMin: 0, delayMax: 0, cancelled: [], estimatedEnd: 0, nextUpdate: 0 }
  return {
    operator,
    id: 'preview',
    rule: 'NOTICE',
    origin: 'DECLARED',
    state: 'OPEN',
    publication: 'HELD',
    scopes,
    effect,
    cause,
    severity,
    suspectedAt: now,
    openedAt: now,
    closedAt: 0,
    communication: { start: body.publishAt || now, end: 0 },
    impact: [{ start: now, end: until }],
    revisions: [{ ...facts, declaredEnd: until, closing: false }],
    texts: textList(body.texts),
    evidence: '{}',
  }
}

export const textList = (texts: Partial<Record<Language, string>>) =>
  Object.entries(texts).flatMap(([language, text]) => (text ? [{ language, text }] : []))
