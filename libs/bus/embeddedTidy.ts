import type { Database, Row, Statement } from '#sqlite/database'
import { partitionsOf } from './partitioner'
import { type Kept, compactionLagMs, hoursMs, tombstoneMs } from './retention'

/** A part of a partition at a time, so that appends get their turn in between. */
const step = 5000

interface Mark {
  readonly position: number
  readonly bytes: number
  readonly at: number
}

const marks = 'SELECT position, bytes, appended_at FROM records WHERE topic = ? AND partition = ?'
const oldest = `${marks} ORDER BY position LIMIT 1`
const newest = `${marks} ORDER BY position DESC LIMIT 1`
const atOrAfter = `${marks} AND position >= ? ORDER BY position LIMIT 1`

const rememberEnd = `INSERT INTO ends (topic, partition, position, bytes) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET position = excluded.position, bytes = excluded.bytes`
const drop = 'DELETE FROM records WHERE topic = ? AND partition = ? AND position < ?'
const dropSuperseded = `DELETE FROM records WHERE topic = ?1 AND partition = ?2 AND position IN (
  SELECT old.position FROM records AS fresh
  JOIN records AS old ON old.topic = ?1 AND old.partition = ?2 AND old.key = fresh.key AND old.position < fresh.position
  WHERE fresh.topic = ?1 AND fresh.partition = ?2 AND fresh.position > ?3 AND fresh.position < ?4)`
const rememberCompaction = `INSERT INTO compactions (topic, partition, position) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET position = excluded.position`
const dropTombstones = `DELETE FROM records WHERE topic = ? AND partition = ? AND value IS NULL AND position <= ? AND appended_at < ?`
const spentTombstones =
  'SELECT 1 FROM records WHERE topic = ? AND partition = ? AND value IS NULL AND position <= ? AND appended_at < ? LIMIT 1'

export async function tidyTopic(db: Database, topic: string, kept: Kept, nowMs: number): Promise<void> {
  for (let partition = 0; partition < partitionsOf(topic); partition++) {
    const end = mark(db.read(newest, topic, partition)[0])
    if (!end) continue
    if ('compacted' in kept) await new Compaction(db, topic, partition, end).run(nowMs)
    else await dropOld(db, topic, partition, end, kept, nowMs)
  }
}

async function dropOld(
  db: Database,
  topic: string,
  partition: number,
  end: Mark,
  kept: { readonly hours: number; readonly maxBytes?: number },
  nowMs: number,
): Promise<void> {
  const since = nowMs - hoursMs(kept.hours)
  const afterBytes = end.bytes - (kept.maxBytes ?? Infinity)
  const first = mark(db.read(oldest, topic, partition)[0]) as Mark
  const cut = firstThat(db, topic, partition, first.position, end.position, (m) => m.at >= since && m.bytes > afterBytes)
  for (let to = first.position; to < cut;) {
    to = Math.min(cut, to + step)
    await db.write([
      { sql: rememberEnd, params: [topic, partition, end.position, end.bytes] },
      { sql: drop, params: [topic, partition, to] },
    ])
  }
}

/** Compacts one partition: only what came since the last time can supersede anything. */
class Compaction {
  constructor(
    private readonly db: Database,
    private readonly topic: string,
    private readonly partition: number,
    private readonly end: Mark,
  ) {}

  async run(nowMs: number): Promise<void> {
    const start = this.doneUpTo()
    const until = firstThat(this.db, this.topic, this.partition, start, this.end.position, (m) => m.at > nowMs - compactionLagMs)
    for (let from = start; from < until - 1;) {
      const to = Math.min(until, from + step)
      await this.write({ sql: dropSuperseded, params: [this.topic, this.partition, from, to] }, to - 1)
      from = to - 1
    }
    await this.dropTombstones(nowMs, until - 1)
  }

  /** Only those whose predecessors are gone, and that every group has passed. */
  private async dropTombstones(nowMs: number, compacted: number): Promise<void> {
    const params = [this.topic, this.partition, Math.min(compacted, this.passed()), nowMs - tombstoneMs] as const
    if (this.db.read(spentTombstones, ...params).length > 0) await this.write({ sql: dropTombstones, params }, compacted)
  }

  private async write(statement: Statement, compacted: number): Promise<void> {
    const { topic, partition, end } = this
    await this.db.write([
      { sql: rememberEnd, params: [topic, partition, end.position, end.bytes] },
      statement,
      { sql: rememberCompaction, params: [topic, partition, compacted] },
    ])
  }

  private doneUpTo(): number {
    const [row] = this.db.read('SELECT position FROM compactions WHERE topic = ? AND partition = ?', this.topic, this.partition)
    return (row?.position as number | undefined) ?? 0
  }

  private passed(): number {
    const groups = this.db.read('SELECT DISTINCT consumers FROM positions WHERE topic = ?', this.topic).length
    const sql = 'SELECT count(*) AS n, min(position) AS least FROM positions WHERE topic = ? AND partition = ?'
    const { n, least } = this.db.read(sql, this.topic, this.partition)[0] as { n: number; least: number | null }
    if (n < groups) return 0
    return least ?? this.end.position
  }
}

/** The first position whose record fulfils a condition that holds for all records behind it, too; past the end if none does. By halving. */
function firstThat(db: Database, topic: string, partition: number, from: number, end: number, holds: (m: Mark) => boolean): number {
  let low = from
  let high = end + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = mark(db.read(atOrAfter, topic, partition, middle)[0])
    if (!found || holds(found)) high = middle
    else low = found.position + 1
  }
  return low
}

const mark = (row: Row | undefined): Mark | undefined =>
  row && { position: row.position as number, bytes: row.bytes as number, at: row.appended_at as number }
