import { median, quantile } from '../quantile'
import { type BenchRow, ratioOf } from '../row'
import { ridersOfLine } from './plan'

/** When things happened in one round, in milliseconds after the bytes of the confirming snapshot were there. */
export type Times = Readonly<Record<string, number>>

export interface Round {
  readonly ours: Times
  readonly naive: Times
}

/** One hop, ours and its counterpart of the baseline: from a mark (of none: from the bytes) to a mark. */
interface Hop {
  readonly name: string
  readonly from?: string
  readonly to: string
  readonly naive: readonly [from: string | undefined, to: string]
  readonly what: string
  /** What the hop ends with, from a mark on. */
  readonly ending?: readonly [from: string, what: string]
}

const hops: readonly Hop[] = [
  { name: 'latency', to: 'first', naive: [undefined, 'first'], what: 'bytes of the confirming snapshot → first request; baseline: naive, first fetch' },
  { name: 'latency-last', to: 'last', naive: [undefined, 'last'], what: `bytes of the confirming snapshot → last of ${ridersOfLine} requests; baseline: naive, last fetch` },
  { name: 'latency-ingest', to: 'observations', naive: [undefined, 'decoded'], what: 'bytes → observations durable; baseline: decoded', ending: ['observationsWritten', 'writing'] },
  { name: 'latency-detect', from: 'observations', to: 'disruption', naive: ['decoded', 'compared'], what: '→ disruption durable; baseline: compared', ending: ['disruptionWritten', 'writing'] },
  { name: 'latency-match', from: 'disruption', to: 'dispatch', naive: ['compared', 'selected'], what: '→ cohort, due time, dispatch durable; baseline: rows selected and filtered', ending: ['cohortWritten', 'writing'] },
  { name: 'latency-send', from: 'dispatch', to: 'first', naive: ['selected', 'first'], what: '→ due time and slots durable, first request; baseline: fetch', ending: ['claims', 'rider, text, request'] },
] // prettier-ignore

/** `load`: the machine's, when the rounds were over. */
export function rowsOf(measured: readonly Round[], load: string): BenchRow[] {
  return hops.map(({ name, from, to, naive: [naiveFrom, naiveTo], what, ending }) => {
    const ours = measured.map(({ ours }) => between(ours, from, to))
    const theirs = measured.map(({ naive }) => between(naive, naiveFrom, naiveTo))
    const baseline = median(theirs)
    const p50 = median(ours)
    const best = `p10 ${quantile(ours, 0.1).toFixed(1)}`
    const end = ending ? `, of which ${ending[1]} ${median(measured.map(({ ours }) => between(ours, ending[0], to))).toFixed(1)}` : ''
    const note = `${what} (its p99 ${quantile(theirs, 0.99).toFixed(1)}); ${best}${end}; ${measured.length} rounds, load ${load}`
    return { bench: name, ours: p50, baseline, ratio: ratioOf('less', p50, baseline), unit: 'ms', p50, p99: quantile(ours, 0.99), note }
  })
}

const between = (times: Times, from: string | undefined, to: string): number => (times[to] as number) - (from ? (times[from] as number) : 0)
