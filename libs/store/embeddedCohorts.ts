import { cohortShard } from '#domain/dispatch'
import type { Database, Row, Statement } from '#sqlite/database'
import type { ChunkWrite, Cohorts } from './ports'
import { afterPrefix } from './byKey'
import { channelOf, openInTurn, recipientsIn, refusedOf, slotsOf } from './cohortRules'
import { bytesIn, statement } from './rows'
import { span } from './schema'

export function embeddedCohorts(db: Database): Cohorts {
  const open: Cohorts['open'] = async (id, header, recipients) => {
    const [opened] = await db.write(openStatements(id, header, recipients))
    return opened?.length === 1
  }
  return {
    open,
    openAll: openInTurn(open),
    list: async (prefix) =>
      db
        .read('SELECT id, header, size FROM cohort WHERE id >= ? AND id < ? ORDER BY id', prefix, afterPrefix(prefix))
        .map((row) => ({ id: String(row.id), header: bytesIn(row, 'header'), size: Number(row.size) })),
    recipients: async (id) => {
      const [row] = db.read('SELECT bytes FROM cohort JOIN cohort_recipients ON cohort = number WHERE id = ?', id)
      return row && bytesIn(row, 'bytes')
    },
    slots: async (id) => readSlots(db, id),
    own: async (id, epoch) => {
      const [owned] = await db.write([statement(ownSql, epoch, id)])
      return owned?.length === 1
    },
    writeChunks: async (writes) => {
      const written = await db.write(writes.map(chunkStatement))
      return refusedOf(writes, (_, index) => written[index]?.length === 1)
    },
    setDue: async (id, dueAtMs) => void (await db.write([statement('UPDATE cohort SET due = ? WHERE id = ?', dueAtMs ?? null, id)])),
    due: async (channel, shards, untilMs, limit) =>
      db
        .read(dueSql, channel, untilMs)
        .map((row) => String(row.id))
        .filter((id) => shards.includes(cohortShard(id)))
        .slice(0, limit),
    putMessageId: async (id, slot, message) => void (await db.write([statement(messageSql, slot, message, id)])),
    messageId: async (id, slot) => {
      const [row] = db.read('SELECT message FROM cohort JOIN cohort_message ON cohort = number WHERE id = ? AND slot = ?', id, slot)
      return row && String(row.message)
    },
    drop: async (id) => void (await db.write(dropStatements(id))),
  }
}

const dueSql = 'SELECT id FROM cohort WHERE channel = ? AND due <= ? ORDER BY due, id'
const messageSql = 'INSERT OR REPLACE INTO cohort_message SELECT number, ?, ? FROM cohort WHERE id = ?'
const ownSql = `INSERT INTO cohort_owner SELECT number, ? FROM cohort WHERE id = ?
  ON CONFLICT (cohort) DO UPDATE SET epoch = excluded.epoch WHERE excluded.epoch >= epoch RETURNING epoch`
const slotSql = `INSERT OR REPLACE INTO cohort_slots SELECT number * ${span.slots} + ?, ? FROM cohort
  WHERE id = ? AND NOT EXISTS (SELECT 1 FROM cohort_owner WHERE cohort = number AND epoch > ?) RETURNING key`

/** Recipients are ignored where the cohort was there before: the first writer wins. */
const openStatements = (id: string, header: Uint8Array, recipients: Uint8Array): Statement[] => [
  statement(
    'INSERT INTO cohort (id, channel, header, size) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING number',
    id,
    channelOf(id),
    header,
    recipientsIn(recipients),
  ),
  statement('INSERT OR IGNORE INTO cohort_recipients SELECT number, ? FROM cohort WHERE id = ?', recipients, id),
]

const chunkStatement = (write: ChunkWrite): Statement => statement(slotSql, write.chunk, write.slots, write.id, write.epoch)

function readSlots(db: Database, id: string): Buffer | undefined {
  const [cohort] = db.read('SELECT number, size FROM cohort WHERE id = ?', id)
  if (!cohort) return undefined
  const first = Number(cohort.number) * span.slots
  const rows = db.read('SELECT key, bytes FROM cohort_slots WHERE key >= ? AND key < ?', first, first + span.slots)
  return slotsOf(
    Number(cohort.size),
    rows.map((row: Row) => [Number(row.key) - first, bytesIn(row, 'bytes')] as const),
  )
}

const dropStatements = (id: string): Statement[] => [
  statement('DELETE FROM cohort_recipients WHERE cohort = (SELECT number FROM cohort WHERE id = ?)', id),
  statement('DELETE FROM cohort_owner WHERE cohort = (SELECT number FROM cohort WHERE id = ?)', id),
  statement('DELETE FROM cohort_message WHERE cohort = (SELECT number FROM cohort WHERE id = ?)', id),
  statement(
    `DELETE FROM cohort_slots WHERE key >= (SELECT number FROM cohort WHERE id = ?) * ${span.slots}
     AND key < (SELECT number + 1 FROM cohort WHERE id = ?) * ${span.slots}`,
    id,
    id,
  ),
  statement('DELETE FROM cohort WHERE id = ?', id),
]
