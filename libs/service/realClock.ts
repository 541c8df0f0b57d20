import type { Clock } from '#domain/ports'
import { setTimeout as wait } from 'node:timers/promises'

export const realClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
  timer(ms, call) {
    const handle = setTimeout(call, ms)
    return () => clearTimeout(handle)
  },
}
