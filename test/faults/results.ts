import type { ResultRow } from './fault'

const columns = ['fault', 'mode', 'runs', 'lost', 'duplicates', 'bound', 'orderViolations', 'afterExpiry', 'longestPauseMs'] as const

/** Several runs of one fault in one row: sums, the longest pause, and everything that was broken. */
export const merged = (a: ResultRow, b: ResultRow): ResultRow => ({
  ...a,
  runs: a.runs + b.runs,
  lost: a.lost + b.lost,
  duplicates: a.duplicates + b.duplicates,
  bound: a.bound + b.bound,
  orderViolations: a.orderViolations + b.orderViolations,
  afterExpiry: a.afterExpiry + b.afterExpiry,
  longestPauseMs: Math.max(a.longestPauseMs, b.longestPauseMs),
  broken: [...a.broken, ...b.broken],
})

/** A table for people, and for docs/reliability.md. */
export function asTable(rows: readonly ResultRow[]): string {
  const head = `| ${columns.join(' | ')} | laws |\n|${columns.map((c) => (c === 'fault' || c === 'mode' ? '---|' : '--:|')).join('')}---|\n`
  return head + rows.map((r) => `| ${columns.map((c) => r[c]).join(' | ')} | ${r.broken.length === 0 ? 'held' : 'BROKEN'} |\n`).join('')
}

export function textOf(r: ResultRow): string {
  const figures = `lost ${r.lost}, twice ${r.duplicates} of ${r.bound}, order ${r.orderViolations}, late ${r.afterExpiry}, pause ${r.longestPauseMs} ms`
  const broken = r.broken.map((b) => `\n    ${b}`).join('')
  return `${r.broken.length === 0 ? '✓' : '✗'} ${r.mode} ${r.fault}: ${figures}${broken}`
}
