import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultRow } from '../fault'
import type { Behaviour } from '../provider'
import type { Run } from '../run'

const both = ['embedded', 'kafka+redis'] as const

/** The messenger behaves badly from the start for so long. */
const badFor = (ms: number, behaviour: Behaviour) => async (run: Run) => {
  run.provider.behaviour = behaviour
  await sleep(ms)
  run.provider.behaviour = () => ({ kind: 'take' })
}

/** The other channel must not notice. The first message may take long on a busy machine, the 99th percentile must not. */
const telegramUnaffected = (run: Run): string[] => {
  const times = run.arrivals().filter((a) => a.channel === 'TELEGRAM' && a.revision === 1 && a.outcome === 'accepted').map((a) => a.atMs) // prettier-ignore
  const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Infinity
  const afterMs = p99 - (run.toldAt(1) ?? 0)
  run.notes.push(`p99 of the other channel: ${afterMs} ms`)
  return afterMs < 10_000 ? [] : [`the other channel waited: p99 ${afterMs} ms`]
}

const blockedMs = 15_000

export const providerFaults: readonly FaultRow[] = [
  {
    id: 'messenger-500',
    modes: both,
    inject: badFor(5000, ({ count }) => (count % 3 === 0 ? { kind: 'refuse', status: 500 } : { kind: 'take' })),
  },
  {
    id: 'messenger-429',
    modes: both,
    inject: badFor(5000, ({ channel, count }) =>
      channel === 'TELEGRAM' && count % 20 === 0 ? { kind: 'refuse', status: 429, retryAfter: 2 } : { kind: 'take' },
    ),
  },
  { id: 'messenger-cuts', modes: both, inject: badFor(3000, ({ count }) => (count % 100 === 0 ? { kind: 'cut' } : { kind: 'take' })) },
  {
    id: 'messenger-hangs',
    modes: both,
    inject: badFor(blockedMs, ({ channel }) => (channel === 'WEBHOOK' ? { kind: 'hang' } : { kind: 'take' })),
    invariants: telegramUnaffected,
  },
  { id: 'messenger-slow', modes: both, inject: badFor(5000, () => ({ kind: 'take', afterMs: 200 })) },
  // A declared end in the middle of a fan-out that is too slow for it: what is not sent by then is never sent.
  { id: 'expires', modes: both, given: { perSecond: 100 }, endsAfter: 10 },
]
