import { summary } from '../laws/check'
import type { Outcome } from './pool'

/** One line of `--json` a seed. */
export interface SeedReport {
  readonly seed: number
  readonly ok: boolean
  readonly hash: string
  readonly intents: number
  readonly arrivals: number
  readonly duplicates: number
  readonly duplicatesBound: number
  readonly lost: number
  readonly crashes: number
  readonly violations: readonly string[]
}

export function reportOf(outcome: Outcome): SeedReport {
  if ('broken' in outcome) return { ...nothing, seed: outcome.seed, violations: [`broke off: ${outcome.broken}`] }
  const { seed, hash, intents, arrivals, bound, crashes, verdict, truth, faults } = outcome
  const violations = [
    ...(verdict.violations.length > 0 ? summary(verdict.violations).split('\n') : []),
    ...truth.map((t) => `${t.law}: ${t.detail}`),
    ...faults.map((f) => `a promise was rejected and nobody waited for it: ${f}`),
  ]
  const { duplicates, lost } = verdict
  return { seed, ok: violations.length === 0, hash, intents, arrivals, duplicates, duplicatesBound: bound, lost, crashes, violations }
}

const nothing = { ok: false, hash: '', intents: 0, arrivals: 0, duplicates: 0, duplicatesBound: 0, lost: 0, crashes: 0 } as const

/** What all seeds together reached, and how often. */
export function addReached(all: Map<string, number>, outcome: Outcome): void {
  if ('broken' in outcome) return
  for (const [path, times] of Object.entries(outcome.reached)) all.set(path, (all.get(path) ?? 0) + times)
}

export const asText = (r: SeedReport): string =>
  [`seed ${r.seed} FAILS`, ...r.violations.map((v) => `  ${v}`), `  replay: npm run simulate -- --seeds ${r.seed}..${r.seed} --trace`].join(
    '\n',
  )
