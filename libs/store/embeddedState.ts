import type { Database, Statement } from '#sqlite/database'
import type { State, StateEntry } from './ports'
import { afterPrefix } from './byKey'
import { bytesIn, statement } from './rows'

export function embeddedState(db: Database, nowMs: () => number): State {
  return { ...values(db, nowMs), ...tables(db), ...leases(db) }
}

const live = '(expires IS NULL OR expires > ?)'
const putSql = 'INSERT OR REPLACE INTO state (key, value, expires) VALUES (?, ?, ?)'
/** An expired entry is none. */
const putIfAbsentSql = `INSERT INTO state (key, value, expires) VALUES (?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires WHERE expires <= ?`
/** A few at a time, with every write of something that expires: so that they cannot pile up, and no write waits for many. */
const sweepSql = 'DELETE FROM state WHERE key IN (SELECT key FROM state WHERE expires <= ? LIMIT 16)'

function values(db: Database, nowMs: () => number): Pick<State, 'getMany' | 'putMany' | 'putIfAbsent' | 'list'> {
  return {
    getMany: async (keys) => {
      const now = nowMs()
      return keys.map((key) => {
        const [row] = db.read(`SELECT value FROM state WHERE key = ? AND ${live}`, key, now)
        return row && bytesIn(row, 'value')
      })
    },
    putMany: async (entries) => {
      const sweep = entries.some((entry) => entry.expiresAtMs !== undefined) ? [statement(sweepSql, nowMs())] : []
      await db.write([...sweep, ...entries.map(entryStatement)])
    },
    putIfAbsent: async (key, value, expiresAtMs) => {
      const now = nowMs()
      const [, , rows] = await db.write([
        statement(sweepSql, now),
        statement(putIfAbsentSql, key, value, expiresAtMs ?? null, now),
        statement('SELECT value FROM state WHERE key = ?', key),
      ])
      return rows?.[0] ? bytesIn(rows[0], 'value') : Buffer.from(value)
    },
    list: async (prefix) =>
      db
        .read(`SELECT key, value FROM state WHERE key >= ? AND key < ? AND ${live} ORDER BY key`, prefix, afterPrefix(prefix), nowMs())
        .map((row) => ({ key: String(row.key), value: bytesIn(row, 'value') })),
  }
}

const entryStatement = ({ key, value, expiresAtMs }: StateEntry): Statement =>
  value ? statement(putSql, key, value, expiresAtMs ?? null) : statement('DELETE FROM state WHERE key = ?', key)

const placeSql = 'SELECT place FROM interned WHERE name = ? AND value = ?'
/** The writer runs one statement after the other: the next place is nobody else's. */
const internSql = `INSERT INTO interned (name, place, value) SELECT ?, coalesce(max(place) + 1, 0), ? FROM interned WHERE name = ?
  ON CONFLICT (name, value) DO NOTHING`

function tables(db: Database): Pick<State, 'intern' | 'table'> {
  return {
    intern: async (name, value) => {
      const [known] = db.read(placeSql, name, value)
      if (known) return Number(known.place)
      const [, rows] = await db.write([statement(internSql, name, value, name), statement(placeSql, name, value)])
      return Number(rows?.[0]?.place)
    },
    table: async (name) => db.read('SELECT value FROM interned WHERE name = ? ORDER BY place', name).map((row) => bytesIn(row, 'value')),
  }
}

/** The rule of leaseRules.ts as one statement: the writer decides, whoever asks at the same moment. */
const leaseSql = `INSERT INTO lease (name, holder, epoch, expires) VALUES (?, ?, 1, ?)
  ON CONFLICT (name) DO UPDATE SET epoch = epoch + (expires <= ?), holder = excluded.holder, expires = excluded.expires
  WHERE holder = excluded.holder OR expires <= ? RETURNING epoch`

function leases(db: Database): Pick<State, 'lease' | 'release'> {
  return {
    lease: async (name, holder, ttlMs, nowMs) => {
      const [rows] = await db.write([statement(leaseSql, name, holder, nowMs + ttlMs, nowMs, nowMs)])
      return rows?.[0] && { epoch: Number(rows[0].epoch) }
    },
    release: async (name, holder) =>
      void (await db.write([statement('UPDATE lease SET expires = 0 WHERE name = ? AND holder = ?', name, holder)])),
  }
}
