import type { Database, Row, Statement } from '#sqlite/database'
import type { InRecord, Position } from './bus'
import { embeddedAttempts } from './embeddedAttempts'
import { tidyTopic } from './embeddedTidy'
import { type Commit, type PlacedRecord, type RecordLog, batchBytes, batchRecords, sizeOf } from './recordLog'
import type { Kept } from './retention'

/** Where a partition ends, in memory: this process is the only writer of the file. */
interface End {
  position: number
  bytes: number
  appendedAt: number
}

const insert = 'INSERT INTO records (topic, partition, position, key, value, appended_at, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)'

/** The first record is always there, however large. */
const select = `WITH ahead AS (
  SELECT position, bytes FROM records WHERE topic = ?1 AND partition = ?2 AND position > ?3 ORDER BY position LIMIT ${batchRecords})
SELECT position, key, value, appended_at FROM records WHERE topic = ?1 AND partition = ?2 AND position > ?3
  AND position <= (SELECT max(position) FROM ahead WHERE bytes <= (SELECT min(bytes) FROM ahead) + ${batchBytes}) ORDER BY position`

const last = `SELECT position, bytes, appended_at FROM records WHERE topic = ? AND partition = ? ORDER BY position DESC LIMIT 1`

const commit = `INSERT INTO positions (topic, consumers, partition, position) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET position = excluded.position`

/** Records in a file of node:sqlite. */
export class EmbeddedLog implements RecordLog {
  private readonly ends = new Map<string, End>()
  readonly attempts

  constructor(
    private readonly db: Database,
    private readonly now: () => number,
    private readonly kept: ReadonlyMap<string, Kept>,
  ) {
    this.attempts = embeddedAttempts(db)
  }

  async append(topic: string, records: readonly PlacedRecord[]): Promise<Position[]> {
    const positions: Position[] = []
    const statements = records.map((record) => {
      const end = this.advance(topic, record)
      positions.push({ partition: record.partition, position: BigInt(end.position) })
      return insertion(topic, record, end)
    })
    await this.db.write(statements)
    return positions
  }

  read(topic: string, partition: number, after: bigint): InRecord[] {
    return this.db.read(select, topic, partition, after).map((row) => record(partition, row))
  }

  newest(topic: string, partition: number): bigint {
    return BigInt((this.db.read(last, topic, partition)[0]?.position as number | undefined) ?? 0)
  }

  committed(topic: string, group: string): Map<number, bigint> {
    const rows = this.db.read('SELECT partition, position FROM positions WHERE topic = ? AND consumers = ?', topic, group)
    return new Map(rows.map((row) => [row.partition as number, BigInt(row.position as number)]))
  }

  async commit(commits: readonly Commit[]): Promise<void> {
    await this.db.write(commits.map((c) => ({ sql: commit, params: [c.topic, c.group, c.partition, c.position] })))
  }

  async tidy(nowMs: number): Promise<void> {
    for (const [topic, kept] of this.kept) await tidyTopic(this.db, topic, kept, nowMs)
  }

  close(): Promise<void> {
    return this.db.close()
  }

  private advance(topic: string, record: PlacedRecord): End {
    const end = this.end(topic, record.partition)
    end.position++
    end.bytes += sizeOf(record)
    // Never back within a partition, whatever the clock does: retention searches by halving.
    end.appendedAt = Math.max(end.appendedAt, this.now())
    return end
  }

  private end(topic: string, partition: number): End {
    const name = `${topic}/${partition}`
    let end = this.ends.get(name)
    if (!end) this.ends.set(name, (end = storedEnd(this.db, topic, partition)))
    return end
  }
}

function storedEnd(db: Database, topic: string, partition: number): End {
  const [newest] = db.read(last, topic, partition)
  const [dropped] = db.read('SELECT position, bytes FROM ends WHERE topic = ? AND partition = ?', topic, partition)
  const larger = (name: string) => Math.max((newest?.[name] as number) ?? 0, (dropped?.[name] as number) ?? 0)
  return { position: larger('position'), bytes: larger('bytes'), appendedAt: (newest?.appended_at as number) ?? 0 }
}

const insertion = (topic: string, { partition, key, value }: PlacedRecord, end: End): Statement => ({
  sql: insert,
  params: [topic, partition, end.position, key ?? null, value, end.appendedAt, end.bytes],
})

const record = (partition: number, row: Row): InRecord => ({
  partition,
  position: BigInt(row.position as number),
  key: (row.key as string | null) ?? undefined,
  value: row.value as Uint8Array | null,
  appendedAt: row.appended_at as number,
})
