import { connect, narrow, prepare } from '#sqlite/connection'
import type { Row } from '#sqlite/database'
import type { InRecord } from './bus'
import { batchRecords } from './recordLog'
import { isCompacted } from './retention'

/** What stands in the file of an embedded bus that nobody has open, for whoever moves it elsewhere. */
export interface EmbeddedBusDump {
  /**
   * The records of a partition in their order, in portions. Of a compacted topic only the newest of each key, tombstones too: whoever has
   * passed the older ones must still learn that the value is gone.
   */
  records(topic: string, partition: number): Iterable<InRecord[]>
  /** Positions that groups have committed. */
  committed(): CommittedPosition[]
  close(): void
}

export interface CommittedPosition {
  readonly topic: string
  readonly group: string
  readonly partition: number
  readonly position: bigint
}

const columns = 'SELECT position, key, value, appended_at FROM records AS r WHERE topic = ?1 AND partition = ?2 AND position > ?3'
const all = `${columns} ORDER BY position LIMIT ?4`
const newest = `${columns} AND NOT EXISTS (SELECT 1 FROM records AS later
  WHERE later.topic = ?1 AND later.partition = ?2 AND later.key = r.key AND later.position > r.position) ORDER BY position LIMIT ?4`

/** Reads only. Throws when the file is missing or no database. */
export function dumpBus(file: string): EmbeddedBusDump {
  const db = connect(file, true)
  const read = (sql: string, ...params: (string | number)[]): Row[] => narrow(prepare(db, sql).statement.all(...params))
  return {
    *records(topic, partition) {
      const sql = isCompacted(topic) ? newest : all
      for (let after = 0; ;) {
        const rows = read(sql, topic, partition, after, batchRecords)
        if (rows.length === 0) return
        yield rows.map((row) => recordOf(partition, row))
        after = Number(rows.at(-1)?.position)
      }
    },
    committed: () =>
      read('SELECT topic, consumers, partition, position FROM positions ORDER BY topic, consumers, partition').map((row) => ({
        topic: String(row.topic),
        group: String(row.consumers),
        partition: Number(row.partition),
        position: BigInt(row.position as number | bigint),
      })),
    close: () => db.close(),
  }
}

const recordOf = (partition: number, row: Row): InRecord => ({
  partition,
  position: BigInt(row.position as number | bigint),
  key: row.key === null ? undefined : String(row.key),
  value: row.value as Uint8Array | null,
  appendedAt: Number(row.appended_at),
})
