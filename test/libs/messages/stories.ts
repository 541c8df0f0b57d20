import type { Disruption, Revision, Scope } from '#domain/disruption'
import { lineScope } from '#domain/disruption'
import type { Line, Mode } from '#domain/line'
import type { Language, Operator } from '#domain/operator'
import { type AlertInput, type AlertText, alertText } from '#messages/alertText'

/** Monday 2026-01-05, 09:00 in Berlin; times below are on Berlin's clocks. */
export const nine = Date.parse('2026-01-05T08:00:00Z') / 1000
export const clock = (h: number, m = 0, day = 0): number => nine + ((h - 9) * 60 + m) * 60 + day * 86_400

export const operator: Operator = { id: 'lindenau', name: 'Verkehrsbetriebe Lindenau', timezone: 'Europe/Berlin', languages: ['de', 'en'] }

const stop = (id: string, name: string) => ({ id, name, lat: 0, lon: 0 })

export function line(mode: Mode, name: string, extra: Partial<Line> = {}): Line {
  return {
    operator: 'lindenau',
    id: `${mode.toLowerCase()}-${name.toLowerCase()}`,
    name,
    mode,
    color: '',
    textColor: '',
    routes: [],
    stops: [stop('s0', 'Süd'), stop('s1', 'Markt'), stop('s2', 'Hbf'), stop('s3', 'Messe'), stop('s4', 'Nord')],
    directions: [
      { id: 0, towards: 'Nord', order: [0, 1, 2, 3, 4] },
      { id: 1, towards: 'Süd', order: [4, 3, 2, 1, 0] },
    ],
    neighbours: [],
    hours: 0,
    timetable: 'v1',
    ...extra,
  }
}

export const lines: readonly Line[] = [
  line('TRAM', '3', {
    neighbours: [
      { line: 'bus-12', stop: 'Markt' },
      { line: 'subway-u6', stop: 'Hbf' },
    ],
  }),
  line('BUS', '12'),
  line('SUBWAY', 'U6'),
  line('RAIL', 'S1'),
]

export const revision = (extra: Partial<Revision> = {}): Revision => ({
  number: 1,
  at: clock(9, 2),
  severity: 'WARNING',
  effect: 'SIGNIFICANT_DELAYS',
  scopes: [lineScope('tram-3')],
  delayMin: 0,
  delayMax: 0,
  cancelled: [],
  estimatedEnd: 0,
  declaredEnd: 0,
  nextUpdate: 0,
  closing: false,
  ...extra,
})

export function disruption(revisions: readonly Revision[], extra: Partial<Disruption> = {}): Disruption {
  const last = revisions.at(-1)
  return {
    operator: 'lindenau',
    id: 'd1',
    rule: 'DELAY',
    origin: 'DETECTED',
    state: last?.closing ? 'CLOSED' : 'OPEN',
    publication: 'TOLD',
    scopes: last?.scopes ?? [],
    effect: last?.effect ?? 'UNKNOWN_EFFECT',
    cause: 'UNKNOWN_CAUSE',
    severity: 'WARNING',
    suspectedAt: clock(9),
    openedAt: clock(9, 1),
    closedAt: 0,
    communication: { start: 0, end: 0 },
    impact: [],
    texts: [],
    evidence: '{}',
    revisions,
    ...extra,
  }
}

export const section = (scope: Scope, fromStop: string, toStop: string): Scope => ({ ...scope, fromStop, toStop })

export function tell(d: Disruption, language: Language, extra: Partial<AlertInput> = {}): AlertText {
  const lineOf = (id: string) => lines.find((l) => l.id === id)
  const input = { disruption: d, told: 0, operator, lineOf, disrupted: () => false, language, now: clock(9, 2), ...extra }
  return alertText(input) as AlertText
}

/** Both languages at once: the golden texts. */
export const both = (d: Disruption, extra: Partial<AlertInput> = {}): { en: string; de: string } => ({
  en: tell(d, 'en', extra).body,
  de: tell(d, 'de', extra).body,
})
