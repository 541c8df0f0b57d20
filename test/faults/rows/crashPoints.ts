import type { FaultRow } from '../fault'
import type { Stage } from '../system'

/** Point → the stage that dies there, and at which time it comes by. The points themselves are in preload.cjs. */
const points: Readonly<Record<string, readonly [Stage, number]>> = {
  'after-read': ['detect', 1],
  detect: ['detect', 1],
  outbox: ['detect', 1],
  'fan-out': ['match', 1],
  dispatch: ['match', 1],
  claim: ['send', 30],
  send: ['send', 500],
  mark: ['send', 30],
  commit: ['send', 1],
}

/** kill -9 exactly there: what is durable and what is not differs at each of them. */
export const crashPoints: readonly FaultRow[] = Object.entries(points).map(([point, [stage, nth]]) => ({
  id: `crash-${point}`,
  modes: ['embedded', 'kafka+redis'],
  armed: { [stage]: { crash: { point, nth } } },
  inject: async (run) => run.allowKill(),
  invariants: (run) => {
    const starts = run.system.of(stage)[0]?.starts ?? 0
    return starts === 2 ? [] : [`the crash point was never reached: ${starts} start(s)`]
  },
}))
