import type { Database } from '#sqlite/database'
import type { Attempt, Attempts, Place } from './recordLog'

const where = 'WHERE topic = ? AND consumers = ? AND partition = ?'
const upsert = `INSERT INTO attempts (topic, consumers, partition, first, last, tries) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET first = excluded.first, last = excluded.last, tries = excluded.tries`

const idOf = ({ topic, group, partition }: Place) => [topic, group, partition] as const

/** The notes of crashGuard.ts beside the log, one row a place. */
export const embeddedAttempts = (db: Database): Attempts => ({
  find(place) {
    const [row] = db.read(`SELECT first, last, tries FROM attempts ${where}`, ...idOf(place))
    return row && { first: BigInt(row.first as number), last: BigInt(row.last as number), tries: row.tries as number }
  },
  async put(place, { first, last, tries }: Attempt) {
    await db.write([{ sql: upsert, params: [...idOf(place), first, last, tries] }])
  },
  async drop(place) {
    await db.write([{ sql: `DELETE FROM attempts ${where}`, params: idOf(place) }])
  },
})
