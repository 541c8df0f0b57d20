import { openDatabase } from '#sqlite/openDatabase'
import type { Store } from './ports'
import { accountLimits } from './accounts'
import { embeddedCohorts } from './embeddedCohorts'
import { embeddedFreezes } from './embeddedFreezes'
import { embeddedPages } from './embeddedPages'
import { embeddedRiders } from './embeddedRiders'
import { embeddedState } from './embeddedState'
import { schema } from './schema'

/**
 * The store in a file of node:sqlite, made if absent, of which this process is the only writer. Reads run on the calling thread; a write
 * resolves when it is on disk. `nowMs` (epoch ms) decides what has expired. Throws a DatabaseError when the file cannot be opened.
 */
export function embeddedStore(file: string, nowMs: () => number): Store {
  const db = openDatabase(file, schema)
  return {
    pages: embeddedPages(db),
    cohorts: embeddedCohorts(db),
    riders: embeddedRiders(db),
    state: embeddedState(db, nowMs),
    limits: accountLimits(embeddedFreezes(db)),
    close: () => db.close(),
  }
}
