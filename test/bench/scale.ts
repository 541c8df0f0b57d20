import { loadNow } from './load'
import type { BenchOptions } from './options'
import { withParts } from './parts'
import { type BenchRow, ratioOf } from './row'
import { type Applied, Scene, type Sent, slowMs } from './scale/scene'

/** Two matchers and two senders against one of each, as processes of their own on a real Kafka and Redis, the messenger another one. */
export const bench = ({ full }: BenchOptions): Promise<BenchRow[]> =>
  withParts('scale', { kafka: 1, redis: 1 }, async (parts) => {
    const scene = await Scene.open(parts, full ? 20_000 : 4000)
    // Ended from outside: 'exit' handlers run, which a signal alone would skip.
    process.once('SIGTERM', () => process.exit(1))
    try {
      return await measured(scene)
    } finally {
      await scene.close()
    }
  })

const row = (bench: string, ours: number, baseline: number, unit: string, what: string): BenchRow => ({
  bench, ours, baseline, ratio: ratioOf('more', ours, baseline), unit, p50: ours, p99: ours, note: `${what}; load ${loadNow()}`,
}) // prettier-ignore

/** Matchers first, while nothing is disturbed; both are there when senders are compared. */
async function measured(scene: Scene): Promise<BenchRow[]> {
  await scene.add('match')
  await scene.apply('warming up')
  const one = await scene.apply('one matcher')
  await scene.add('match')
  const two = await scene.apply('two matchers')
  await scene.add('send')
  const oneSends = await scene.send('one sender')
  await scene.add('send')
  const twoSend = await scene.send('two senders')
  const open = await scene.apply('two matchers, with many disruptions open', 1000)
  const { count } = scene
  const sent = (what: string, a: Sent, b: Sent) =>
    `two senders against one, ${count} messages, ${what}; ${a.cpuUs.toFixed(0)} µs of CPU a message with one, ${b.cpuUs.toFixed(0)} with two; twice: ${a.twice}, ${b.twice}`
  const each = ({ cpuUs, redisUs }: Applied) => `${cpuUs.toFixed(0)} of matchers + ${redisUs.toFixed(0)} of Redis`
  const applied = `two matchers against one, ${count} riders’ records applied; µs of CPU a rider: ${each(one)} with one, ${each(two)} with two; ${open.perSecond.toFixed(0)} riders/s with 160 disruptions open`
  const slow = sent(`the messenger answers after ${slowMs} ms`, oneSends.slow, twoSend.slow)
  const fast = sent('the messenger answers at once', oneSends.fast, twoSend.fast)
  return [
    row('scale-match', two.perSecond, one.perSecond, 'riders/s', applied),
    row('scale-send', twoSend.slow.perSecond, oneSends.slow.perSecond, 'messages/s', slow),
    row('scale-send-cpu', twoSend.fast.perSecond, oneSends.fast.perSecond, 'messages/s', fast),
  ]
}
