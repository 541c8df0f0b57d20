import type { Database } from '#sqlite/database'
import type { Freezes } from './accounts'
import { statement } from './rows'

const freezeSql = `INSERT INTO frozen (account, until) VALUES (?, ?)
  ON CONFLICT (account) DO UPDATE SET until = max(until, excluded.until)`

/** What a messenger forbade until then stays forbidden after a restart. */
export const embeddedFreezes = (db: Database): Freezes => ({
  until: (account) => Number(db.read('SELECT until FROM frozen WHERE account = ?', account)[0]?.until ?? 0),
  put: async (account, untilMs) => void (await db.write([statement(freezeSql, account, untilMs)])),
})
