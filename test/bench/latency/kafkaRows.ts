import { loadNow } from '../load'
import { median, quantile } from '../quantile'
import { type BenchRow, ratioOf } from '../row'

/** When things happened in one round, in milliseconds after the bytes of the confirming snapshot were there. */
export type KafkaTimes = Readonly<Record<string, number>>

interface Hop {
  readonly name: string
  readonly from?: string
  readonly to: string
  readonly what: string
  /** Bare trips from producer to consumer that lie on the way: what the baseline is. */
  readonly trips: number
}

const hops: readonly Hop[] = [
  { name: 'latency-kafka', to: 'first', trips: 3, what: 'bytes of the confirming snapshot → first request at the messenger' },
  { name: 'latency-kafka-last', to: 'last', trips: 3, what: 'bytes of the confirming snapshot → last of 100 requests' },
  { name: 'latency-kafka-ingest', to: 'observations', trips: 1, what: 'ingest: bytes → observations acknowledged by Kafka' },
  { name: 'latency-kafka-to-detect', from: 'observations', to: 'detects', trips: 1, what: 'observations → detect’s handler' },
  { name: 'latency-kafka-detect', from: 'detects', to: 'disruption', trips: 1, what: 'detect: → disruption acknowledged' },
  { name: 'latency-kafka-to-match', from: 'disruption', to: 'matches', trips: 1, what: 'disruption → match’s handler' },
  { name: 'latency-kafka-match', from: 'matches', to: 'dispatch', trips: 1, what: 'match: → cohort in Redis, dispatch acknowledged' },
  { name: 'latency-kafka-to-send', from: 'dispatch', to: 'sends', trips: 1, what: 'dispatch → send’s handler' },
  { name: 'latency-kafka-send', from: 'sends', to: 'first', trips: 1, what: 'send: → cohort read, slots claimed in Redis, first request' },
]

/** `bare`: one trip of a small record, from append to the handler, on the same broker in the same run. */
export function kafkaRowsOf(measured: readonly KafkaTimes[], bare: readonly number[]): BenchRow[] {
  return hops.map(({ name, from, to, what, trips }) => {
    const times = measured.map((t) => (t[to] as number) - (from ? (t[from] as number) : 0))
    const [p50, p99, baseline] = [median(times), quantile(times, 0.99), median(bare) * trips]
    const base = trips > 1 ? `${trips} bare trips` : 'a bare trip'
    const note = `${what}; p10 ${quantile(times, 0.1).toFixed(1)}; baseline: ${base} append → handler of 300 B; ${measured.length} rounds, load ${loadNow()}`
    return { bench: name, ours: p50, baseline, ratio: ratioOf('less', p50, baseline), unit: 'ms', p50, p99, note }
  })
}
