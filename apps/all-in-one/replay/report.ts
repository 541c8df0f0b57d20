import type { Disruption } from '#domain/disruption'
import type { Played } from './play'
import { type AlertRecord, type DisruptionRecord, type SummaryRecord, disruptionRecord } from './records'

/** For people: what happened, why we believe it, and what riders would have read, on the clock of the operator. */
export function disruptionReport(d: Disruption, played: Played, alerts: readonly AlertRecord[], clock: (at: number) => string): string {
  const r = disruptionRecord(d, played)
  const lines = r.lines.length > 0 ? `line${r.lines.length > 1 ? 's' : ''} ${r.lines.join(', ')}` : 'everybody'
  const end = d.closedAt > 0 ? `until ${clock(d.closedAt)}${d.revisions.at(-1)?.closing ? '' : ' (ended silently)'}` : 'still open'
  const head = `${clock(d.openedAt)}  ${lines}${towardsOf(r)}  ${d.rule} ${r.effect} ${r.severity}, ${end}  [${d.id}]`
  const told = alerts.map((a) => `    ${clock(Date.parse(a.at) / 1000)}  ${(a.text.en ?? '').replaceAll('\n', ' ')}`)
  return [head, ...evidenceLines(d, clock), ...told].join('\n')
}

const towardsOf = (r: DisruptionRecord): string => {
  const [scope, second] = r.scope
  if (!scope || second) return ''
  return `${scope.towards ? ` towards ${scope.towards}` : ''}${scope.from ? ` (${scope.from} – ${scope.to})` : ''}`
}

interface Moment {
  readonly at: number
  readonly running?: number
  readonly late?: readonly { readonly trip: string; readonly delay: number; readonly nextStop: string }[]
  readonly lost?: readonly { readonly trip: string; readonly delay: number }[]
  readonly cancelled?: readonly { readonly trip: string; readonly departure: number }[]
}

function evidenceLines(d: Disruption, clock: (at: number) => string): string[] {
  const evidence = JSON.parse(d.evidence || '{}') as Record<string, Moment | string | number>
  const moments = Object.entries(evidence).filter((entry): entry is [string, Moment] => typeof entry[1] === 'object')
  if (moments.length === 0) return [`  as the operator says (alert ${String(evidence.alert ?? '')})`]
  return moments.map(([name, m]) => `  ${name} ${clock(m.at)}: ${momentText(m, clock)}`)
}

function momentText(m: Moment, clock: (at: number) => string): string {
  if (m.cancelled) return `cancelled: ${m.cancelled.map((c) => `${c.trip} at ${clock(c.departure)}`).join(', ') || 'none ahead'}`
  const late = (m.late ?? []).map((t) => `${t.trip} +${t.delay} s${t.nextStop ? ` at ${t.nextStop}` : ''}`)
  const lost = (m.lost ?? []).map((t) => `${t.trip} vanished at +${t.delay} s`)
  return [`${late.length} of ${m.running ?? 0} running trips late`, ...late, ...lost].join('; ')
}

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ') || 'none'

const rate = (r: number | null): string => (r === null ? '–' : `${(r * 100).toFixed(1)} %`)

export function summaryReport(s: SummaryRecord): string {
  return [
    'Summary',
    `  snapshots      ${s.snapshots} from ${s.from ?? '–'} to ${s.to ?? '–'}, gaps over 3 min: ${s.gaps}, unreadable files: ${s.unreadable}`,
    `  not ok         ${counts(s.notOk)}`,
    `  entities       ${s.entities} (trips ${s.trips}, vehicles ${s.vehicles}, alerts ${s.feedAlerts}, summed over the snapshots)`,
    `  joined         trips ${rate(s.joinRate)}, vehicles on trips ${rate(s.vehicleJoinRate)}`,
    `  rejects        ${counts(s.rejects)}`,
    `  survived       ${counts(s.warnings)}`,
    `  disruptions    ${s.disruptions} (${counts(s.disruptionsByRule)}), still open ${s.open}, suspicions that dissolved ${s.dissolved}`,
    `  alerts         ${s.alerts}; a rider of each line would have got: ${counts(s.alertsByLine)}${s.alertsToAll ? `; to everybody ${s.alertsToAll}` : ''}`,
    ...s.cannot.map((what) => `  cannot         ${what}`),
  ].join('\n')
}
