import { type Disruption, lineScope } from '#domain/disruption'

export const disruption: Disruption = {
  operator: 'lindenau',
  id: 'd1',
  rule: 'DELAY',
  origin: 'DETECTED',
  state: 'OPEN',
  publication: 'TOLD',
  scopes: [lineScope('tram-3')],
  effect: 'SIGNIFICANT_DELAYS',
  cause: 'UNKNOWN_CAUSE',
  severity: 'WARNING',
  suspectedAt: 1_760_000_000,
  openedAt: 1_760_000_030,
  closedAt: 0,
  communication: { start: 0, end: 0 },
  impact: [],
  revisions: [],
  texts: [],
  evidence: '',
}
