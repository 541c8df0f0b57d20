import { type Disruption, type Revision, linesOf } from '#domain/disruption'
import type { Line } from '#domain/line'
import { cleanLine } from './clean'

/** A disruption for machines: what a signed webhook carries beside the text. Times are ISO 8601 in UTC, null where unknown. */
export interface AlertFacts {
  readonly operator: string
  readonly disruption: string
  readonly revision: number
  readonly rule: string
  readonly effect: string
  readonly cause: string
  readonly severity: string
  readonly lines: readonly { readonly id: string; readonly name: string; readonly mode: string | null }[]
  readonly scopes: Revision['scopes']
  readonly delaySeconds: { readonly min: number; readonly max: number } | null
  readonly cancelled: readonly { readonly departure: string | null; readonly from: string; readonly towards: string }[]
  readonly openedAt: string | null
  readonly asOf: string | null
  readonly estimatedEnd: string | null
  readonly declaredEnd: string | null
  readonly closed: boolean
}

/** The facts of one revision. */
export function alertFacts(d: Disruption, facts: Revision, lineOf: (id: string) => Line | undefined): AlertFacts {
  return {
    operator: d.operator,
    disruption: d.id,
    revision: facts.number,
    rule: d.rule,
    effect: facts.effect,
    cause: d.cause,
    severity: facts.severity,
    lines: linesOf(facts).map((id) => ({ id, name: cleanLine(lineOf(id)?.name ?? id), mode: lineOf(id)?.mode ?? null })),
    scopes: facts.scopes,
    delaySeconds: facts.delayMax > 0 ? { min: facts.delayMin, max: facts.delayMax } : null,
    cancelled: facts.cancelled.map((t) => ({ departure: iso(t.departure), from: cleanLine(t.from), towards: cleanLine(t.towards) })),
    openedAt: iso(d.openedAt),
    asOf: iso(facts.at),
    estimatedEnd: iso(facts.estimatedEnd),
    declaredEnd: iso(facts.declaredEnd),
    closed: facts.closing,
  }
}

const iso = (at: number): string | null => (at > 0 ? new Date(at * 1000).toISOString() : null)
