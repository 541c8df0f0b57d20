import type { Law } from '../../laws/check'
import type { FaultRow } from '../fault'

export interface PlantedBug extends FaultRow {
  /** The law that the checker must find broken. */
  readonly seenAs: Law
}

const embedded = ['embedded'] as const

/** Bugs that are planted into the product as it starts (preload.cjs): a harness that does not see them sees nothing. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    id: 'planted-mark-before-send',
    modes: embedded,
    seenAs: 'L2',
    armed: { send: { plant: 'mark-before-send', crash: { point: 'claim', nth: 2 } } },
    alertOnly: true,
    inject: async (run) => run.allowKill(),
    givenUpAfterMs: 3000,
    withinSeconds: 60,
  },
  {
    id: 'planted-commit-before-work',
    modes: embedded,
    seenAs: 'L1',
    armed: { detect: { plant: 'commit-before-work' } },
    alertOnly: true,
    inject: async (run) => run.allowKill(),
    withinSeconds: 15,
  },
  {
    id: 'planted-no-ledger',
    modes: embedded,
    seenAs: 'L3',
    armed: { send: { plant: 'no-ledger' } },
    alertOnly: true,
    inject: async (run) => {
      await run.untilShareOfAny(0.6)
      run.allowKill()
      await run.system.of('send')[0]?.kill()
    },
    withinSeconds: 60,
  },
  {
    id: 'planted-no-expiry',
    modes: embedded,
    seenAs: 'L5',
    given: { perSecond: 15 },
    armed: { send: { plant: 'no-expiry' } },
    endsAfter: 4,
    withinSeconds: 10,
  },
]
