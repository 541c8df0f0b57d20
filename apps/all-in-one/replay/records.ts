import { firstTold } from '#detection/covered'
import { type Disruption, type Scope, bothDirections, linesOf } from '#domain/disruption'
import type { Line } from '#domain/line'
import type { Language, Operator } from '#domain/operator'
import { alertText } from '#messages/alertText'
import type { Played } from './play'

/** A line of `--json`. Times are ISO 8601 in UTC, delays seconds, lines as riders call them. */
export type ReplayRecord = DisruptionRecord | AlertRecord | SummaryRecord

export interface DisruptionRecord {
  readonly kind: 'disruption'
  readonly id: string
  /** null when it is about several lines or none. */
  readonly line: string | null
  readonly lines: readonly string[]
  readonly rule: string
  readonly effect: string
  readonly cause: string
  readonly severity: string
  readonly scope: readonly ScopeRecord[]
  readonly suspectedAt: string
  readonly openedAt: string
  readonly closedAt: string | null
  readonly revisions: readonly object[]
  readonly evidence: object
}

export interface ScopeRecord {
  readonly line: string | null
  readonly direction: number | null
  readonly towards: string | null
  readonly from: string | null
  readonly to: string | null
  readonly stop: string | null
}

/** What a rider of these lines would have got. */
export interface AlertRecord {
  readonly kind: 'alert'
  readonly disruption: string
  readonly revision: number
  readonly at: string
  readonly lines: readonly string[]
  readonly severity: string
  readonly stage: string
  readonly text: Readonly<Partial<Record<Language, string>>>
}

export interface SummaryRecord {
  readonly kind: 'summary'
  readonly snapshots: number
  readonly from: string | null
  readonly to: string | null
  readonly gaps: number
  readonly notOk: Readonly<Record<string, number>>
  readonly unreadable: number
  readonly entities: number
  readonly trips: number
  /** Share of the trips in the snapshots that the timetable knows, 0–1; null without trips. */
  readonly joinRate: number | null
  readonly vehicles: number
  readonly vehicleJoinRate: number | null
  readonly feedAlerts: number
  readonly rejects: Readonly<Record<string, number>>
  readonly warnings: Readonly<Record<string, number>>
  readonly disruptions: number
  readonly disruptionsByRule: Readonly<Record<string, number>>
  readonly open: number
  readonly dissolved: number
  readonly alerts: number
  readonly alertsByLine: Readonly<Record<string, number>>
  /** Those about the whole operator, which every rider gets. */
  readonly alertsToAll: number
  /** What cannot be said without a timetable; empty with one. */
  readonly cannot: readonly string[]
}

/** Who speaks: the clock of the timetable's agency. */
export const operatorWith = (timezone: string | undefined): Operator => ({
  id: 'replay',
  name: 'Replay',
  timezone: timezone ?? 'UTC',
  languages: ['de', 'en'],
})

export const iso = (at: number): string => new Date(at * 1000).toISOString().replace('.000Z', 'Z')
const isoOrNull = (at: number): string | null => (at > 0 ? iso(at) : null)

export function disruptionRecord(d: Disruption, played: Played): DisruptionRecord {
  const lines = linesOf(d).map((id) => nameOf(played, id))
  return {
    kind: 'disruption',
    id: d.id,
    line: lines.length === 1 ? (lines[0] ?? null) : null,
    lines,
    rule: d.rule,
    effect: d.effect,
    cause: d.cause,
    severity: d.severity,
    scope: d.scopes.map((s) => scopeRecord(s, played)),
    suspectedAt: iso(d.suspectedAt),
    openedAt: iso(d.openedAt),
    closedAt: isoOrNull(d.closedAt),
    revisions: d.revisions.map(({ number, at, severity, effect, scopes, delayMin, delayMax, cancelled, declaredEnd, closing }) => ({
      number,
      at: iso(at),
      severity,
      effect,
      scope: scopes.map((s) => scopeRecord(s, played)),
      delayMin,
      delayMax,
      cancelled: cancelled.map((c) => ({ ...c, departure: iso(c.departure) })),
      declaredEnd: isoOrNull(declaredEnd),
      closing,
    })),
    evidence: withIsoTimes(JSON.parse(d.evidence || '{}')) as object,
  }
}

/** Every revision that is told is an alert; a silent end is none. */
export function alertRecords(d: Disruption, played: Played, operator: Operator): AlertRecord[] {
  const first = firstTold(d)
  if (first === undefined) return []
  return d.revisions.slice(first - 1).map((revision) => {
    const then = { ...d, revisions: d.revisions.filter((r) => r.number <= revision.number) }
    const texts = operator.languages.map((language) => {
      const input = {
        disruption: then,
        told: revision.number > first ? revision.number - 1 : 0,
        operator,
        lineOf: played.lineOf,
        disrupted: () => false,
        language,
      }
      return [language, alertText({ ...input, now: revision.at })] as const
    })
    return {
      kind: 'alert',
      disruption: d.id,
      revision: revision.number,
      at: iso(revision.at),
      lines: linesOf(revision).map((id) => nameOf(played, id)),
      severity: revision.severity,
      stage: texts[0]?.[1]?.stage ?? '',
      text: Object.fromEntries(texts.map(([language, text]) => [language, text?.body ?? ''])),
    }
  })
}

export function summaryRecord(played: Played, alerts: readonly AlertRecord[], unreadable: number, withTimetable: boolean): SummaryRecord {
  const { totals: t, disruptions } = played
  return {
    kind: 'summary',
    snapshots: t.snapshots,
    from: isoOrNull(t.first),
    to: isoOrNull(t.last),
    gaps: t.gaps,
    notOk: t.notOk,
    unreadable,
    entities: t.entities,
    trips: t.trips,
    joinRate: share(t.joined, t.trips),
    vehicles: t.vehicles,
    vehicleJoinRate: share(t.vehiclesJoined, t.vehiclesOnTrips),
    feedAlerts: t.alerts,
    rejects: t.rejects,
    warnings: t.warnings,
    disruptions: disruptions.length,
    disruptionsByRule: countBy(disruptions.map((d) => d.rule)),
    open: disruptions.filter((d) => d.state === 'OPEN').length,
    dissolved: played.dissolved,
    alerts: alerts.length,
    alertsByLine: countBy(alerts.flatMap((a) => a.lines)),
    alertsToAll: alerts.filter((a) => a.lines.length === 0).length,
    cannot: withTimetable ? [] : cannotWithoutTimetable,
  }
}

const cannotWithoutTimetable = [
  'no trip can be joined, so no delay is judged: --timetable FILE.zip',
  'lines are called by their route ids, directions and stops by none',
]

const share = (part: number, of: number): number | null => (of > 0 ? Math.round((part / of) * 10_000) / 10_000 : null)

function countBy(names: readonly string[]): Record<string, number> {
  const sorted = [...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const counts = new Map<string, number>()
  for (const name of sorted) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries(counts)
}

export const nameOf = (played: Pick<Played, 'lineOf'>, id: string): string => played.lineOf(id)?.name || id

function scopeRecord(s: Scope, played: Played): ScopeRecord {
  const line = played.lineOf(s.line)
  const known = s.line !== '' && s.direction !== bothDirections
  return {
    line: s.line ? nameOf(played, s.line) : null,
    direction: known ? s.direction : null,
    towards: (known && line?.directions.find((d) => d.id === s.direction)?.towards) || null,
    from: stopName(line, s.fromStop),
    to: stopName(line, s.toStop),
    stop: stopName(line, s.stop),
  }
}

const stopName = (line: Line | undefined, id: string): string | null => (id ? line?.stops.find((s) => s.id === id)?.name || id : null)

const timeFields = new Set(['at', 'predicted', 'departure', 'snapshot'])

/** Evidence holds epoch seconds in these fields. */
function withIsoTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withIsoTimes)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      timeFields.has(name) && typeof inner === 'number' ? iso(inner) : withIsoTimes(inner),
    ]),
  )
}
