import type { LineStatus, PublicLine } from '#domain/controlRoom'
import { type Disruption, severityRank } from '#domain/disruption'
import type { Line } from '#domain/line'
import type { Language } from '#domain/operator'

/** Open and told: what the public may know. */
export const isPublic = (d: Disruption): boolean => d.state === 'OPEN' && d.publication === 'TOLD' && d.revisions.length > 0

/** Whether it is about this line: it names the line, or the whole operator. */
export const concerns = (d: Disruption, line: string): boolean => d.scopes.length === 0 || d.scopes.some((s) => s.line === line)

/** What is known of a line comes first; a line of which nothing is known is GOOD only while its feeds are believed. */
export function lineStatus(open: readonly Disruption[], blind: boolean): LineStatus {
  const worst = Math.max(-1, ...open.map((d) => severityRank(d.severity)))
  if (worst >= severityRank('SEVERE')) return 'MAJOR'
  if (worst >= severityRank('WARNING')) return 'MINOR'
  return blind ? 'UNKNOWN' : 'GOOD'
}

/** A line with its open disruptions, worst first. */
export function publicLine(
  line: Line,
  open: readonly Disruption[],
  blind: boolean,
  headline: (d: Disruption) => Readonly<Record<Language, string>>,
): PublicLine {
  const own = open.filter((d) => concerns(d, line.id)).sort((a, b) => severityRank(b.severity) - severityRank(a.severity))
  return {
    id: line.id,
    name: line.name,
    mode: line.mode,
    color: line.color,
    textColor: line.textColor,
    towards: [...new Set(line.directions.map((d) => d.towards))],
    status: lineStatus(own, blind),
    disruptions: own.map((d) => ({
      id: d.id,
      headline: headline(d),
      severity: d.severity,
      state: d.state,
      openedAt: d.openedAt,
    })),
  }
}
