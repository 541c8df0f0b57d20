import type { Store } from './ports'
import { accountLimits } from './accounts'
import { memoryCohorts } from './memoryCohorts'
import { memoryPages } from './memoryPages'
import { memoryRiders } from './memoryRiders'
import { memoryState } from './memoryState'

/** The store in memory, for tests, replay and simulation. `nowMs` (epoch ms) decides what has expired. */
export const memoryStore = (nowMs: () => number): Store => ({
  pages: memoryPages(),
  cohorts: memoryCohorts(),
  riders: memoryRiders(),
  state: memoryState(nowMs),
  limits: accountLimits({ until: () => 0, put: async () => {} }),
  close: async () => {},
})
