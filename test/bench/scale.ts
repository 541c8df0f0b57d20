import { loadNow } from './load'
import type { BenchOptions } from './options'
import { withParts } from './parts'
import { type BenchRow, ratioOf } from './row'
import { type Rates, Scene, type Sent, slowMs } from './scale/scene'

/** Two matchers and two senders against one of each, as processes of their own on a real Kafka and Redis, the messenger another one. */
export const bench = ({ full }: BenchOptions): Promise<BenchRow[]> =>
  withParts('scale', { kafka: 1, redis: 1 }, async (parts) => {
    const scene = await Scene.open(parts, full ? 20_000 : 4000)
    // Ended from outside: 'exit' handlers run, which a signal alone would skip.
    process.once('SIGTERM', () => process.exit(1))
    try {
      await scene.add()
      const one = await scene.measure('one')
      await scene.add()
      return rowsOf(one, await scene.measure('two'), scene.count)
    } finally {
      await scene.close()
    }
  })

const row = (bench: string, ours: number, baseline: number, unit: string, what: string): BenchRow => ({
  bench, ours, baseline, ratio: ratioOf('more', ours, baseline), unit, p50: ours, p99: ours, note: `${what}; load ${loadNow()}`,
}) // prettier-ignore

function rowsOf(one: Rates, two: Rates, count: number): BenchRow[] {
  const sent = (what: string, a: Sent, b: Sent) =>
    `two senders against one, ${count} messages, ${what}; ${a.cpuUs.toFixed(0)} µs of CPU a message with one, ${b.cpuUs.toFixed(0)} with two; twice: ${a.twice}, ${b.twice}`
  return [
    row('scale-match', two.applied, one.applied, 'riders/s', `two matchers against one, ${count} riders’ records applied`),
    row(
      'scale-send',
      two.slow.perSecond,
      one.slow.perSecond,
      'messages/s',
      sent(`the messenger answers after ${slowMs} ms`, one.slow, two.slow),
    ),
    row('scale-send-cpu', two.fast.perSecond, one.fast.perSecond, 'messages/s', sent('the messenger answers at once', one.fast, two.fast)),
  ]
}
