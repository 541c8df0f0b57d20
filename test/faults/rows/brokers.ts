import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultRow } from '../fault'
import type { Run } from '../run'
import type { Brokers } from '../system'
import type { Mischief, TcpProxy } from '../tcpProxy'

const onBrokers = (act: (brokers: Brokers, run: Run) => Promise<void>) => async (run: Run) => {
  await run.untilShareOfAny(0.2)
  if (run.system.brokers) await act(run.system.brokers, run)
}

/** Dead for a few seconds, then back with what was on its disk. */
const killed = (part: 'kafka' | 'redis') =>
  onBrokers(async (brokers) => {
    await brokers.kill(part)
    await sleep(3000)
    await brokers.start(part)
  })

const frozen = (part: 'kafka' | 'redis', ms: number) =>
  onBrokers(async (brokers) => {
    brokers.signal(part, 'SIGSTOP')
    await sleep(ms)
    brokers.signal(part, 'SIGCONT')
  })

/** A proxy that misbehaves now and then, for a while. */
async function misbehave(proxies: readonly TcpProxy[], mischief: Mischief, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    for (const proxy of proxies) proxy.mischief = mischief
    if (mischief.kind === 'reset') for (const proxy of proxies) proxy.resetAll()
    await sleep(mischief.kind === 'delay' ? 3000 : 200)
    for (const proxy of proxies) proxy.mischief = { kind: 'none' }
    await sleep(800)
  }
}

const viaProxy = (part: 'kafka' | 'redis', mischief: Mischief, times: number) =>
  onBrokers((brokers) => misbehave(part === 'kafka' ? brokers.proxies.kafka : [brokers.proxies.redis], mischief, times))

const row = (id: string, inject: FaultRow['inject'], more: Partial<FaultRow> = {}): FaultRow => ({
  id,
  modes: ['kafka+redis'],
  ...(inject && { inject }),
  ...more,
})

export const brokerFaults: readonly FaultRow[] = [
  row('kill-kafka-leader', killed('kafka')),
  row('kill-redis', killed('redis')),
  row('freeze-kafka', frozen('kafka', 10_000)),
  row('freeze-kafka-90s', frozen('kafka', 90_000), { long: true, withinSeconds: 600 }),
  row('freeze-redis', frozen('redis', 5_000)),
  row('kafka-delayed', viaProxy('kafka', { kind: 'delay', ms: 300 }, 2)),
  row('kafka-reset', viaProxy('kafka', { kind: 'reset' }, 4)),
  row('kafka-replies-cut', viaProxy('kafka', { kind: 'cut' }, 6)),
  row('redis-delayed', viaProxy('redis', { kind: 'delay', ms: 300 }, 2)),
  row('redis-reset', viaProxy('redis', { kind: 'reset' }, 4)),
  row('redis-replies-cut', viaProxy('redis', { kind: 'cut' }, 6)),
]
