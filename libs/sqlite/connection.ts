import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Row } from './database'

/** Every commit waits for the disk (FULL); erased bytes are zeroed where that costs no extra write. */
const pragmas = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = FAST; PRAGMA busy_timeout = 5000;
PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 67108864;`

export function connect(file: string, readOnly: boolean): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly })
  db.exec(readOnly ? 'PRAGMA busy_timeout = 5000' : pragmas)
  return db
}

export interface Prepared {
  readonly statement: StatementSync
  /** Whether it gives rows at all. */
  readonly returns: boolean
}

export function prepare(db: DatabaseSync, sql: string): Prepared {
  const statement = db.prepare(sql)
  statement.setReadBigInts(true)
  return { statement, returns: statement.columns().length > 0 }
}

/** Integers as number where they fit. Changes the rows in place: they are ours. */
export function narrow(rows: unknown[]): Row[] {
  for (const row of rows as Record<string, unknown>[]) {
    for (const name in row) {
      const value = row[name]
      if (typeof value === 'bigint' && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) row[name] = Number(value)
    }
  }
  return rows as Row[]
}
