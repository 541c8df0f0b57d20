import { connect, narrow, prepare } from '#sqlite/connection'
import type { Row, Value } from '#sqlite/database'
import { bytesIn } from './rows'
import { span } from './schema'

/** What stands in the file of an embedded store that nobody has open; riders and pages are left out, since they come from the topic. */
export interface EmbeddedStoreDump {
  /** `last`: the highest number that may have been given. */
  operators(): { readonly name: string; readonly last: number }[]
  values(): Iterable<DumpedValue>
  /** Append-only tables, each with its values by index. */
  tables(): { readonly name: string; readonly values: readonly Buffer[] }[]
  leases(): { readonly name: string; readonly epoch: number }[]
  freezes(): { readonly account: string; readonly untilMs: number }[]
  /** One after the other, with their bytes. */
  cohorts(): Iterable<DumpedCohort>
  close(): void
}

export interface DumpedValue {
  readonly key: string
  readonly value: Buffer
  readonly expiresAtMs: number | undefined
}

export interface DumpedCohort {
  readonly id: string
  readonly header: Buffer
  readonly recipients: Buffer
  /** Those that were ever written. */
  readonly chunks: readonly { readonly chunk: number; readonly slots: Buffer }[]
  readonly messages: readonly { readonly slot: number; readonly message: string }[]
  /** The epoch of its last owner. */
  readonly epoch: number
  readonly dueAtMs: number | undefined
}

/** Reads only. Throws when the file is missing or no database. */
export function dumpStore(file: string): EmbeddedStoreDump {
  const db = connect(file, true)
  const read = (sql: string, ...params: Value[]): Row[] => narrow(prepare(db, sql).statement.all(...params))
  const one = (sql: string, ...params: Value[]): Row | undefined => read(sql, ...params)[0]
  return {
    operators: () => read('SELECT name, next FROM operator').map((row) => ({ name: String(row.name), last: Number(row.next) - 1 })),
    *values() {
      for (const { key } of read('SELECT key FROM state ORDER BY key')) {
        const row = one('SELECT value, expires FROM state WHERE key = ?', String(key))
        if (row) yield { key: String(key), value: bytesIn(row, 'value'), expiresAtMs: numberIn(row, 'expires') }
      }
    },
    tables: () => {
      const rows = read('SELECT name, value FROM interned ORDER BY name, place')
      return [...Map.groupBy(rows, (row) => String(row.name))].map(([name, own]) => ({
        name,
        values: own.map((row) => bytesIn(row, 'value')),
      }))
    },
    leases: () => read('SELECT name, epoch FROM lease').map((row) => ({ name: String(row.name), epoch: Number(row.epoch) })),
    freezes: () => read('SELECT account, until FROM frozen').map((row) => ({ account: String(row.account), untilMs: Number(row.until) })),
    *cohorts() {
      for (const row of read('SELECT number, id, header, due FROM cohort ORDER BY id')) yield cohortOf(read, row)
    },
    close: () => db.close(),
  }
}

function cohortOf(read: (sql: string, ...params: Value[]) => Row[], row: Row): DumpedCohort {
  const number = Number(row.number)
  const [recipients] = read('SELECT bytes FROM cohort_recipients WHERE cohort = ?', number)
  const first = number * span.slots
  return {
    id: String(row.id),
    header: bytesIn(row, 'header'),
    recipients: recipients ? bytesIn(recipients, 'bytes') : Buffer.alloc(0),
    chunks: read('SELECT key, bytes FROM cohort_slots WHERE key >= ? AND key < ? ORDER BY key', first, first + span.slots).map((chunk) => ({
      chunk: Number(chunk.key) - first,
      slots: bytesIn(chunk, 'bytes'),
    })),
    messages: read('SELECT slot, message FROM cohort_message WHERE cohort = ?', number).map((message) => ({
      slot: Number(message.slot),
      message: String(message.message),
    })),
    epoch: Number(read('SELECT epoch FROM cohort_owner WHERE cohort = ?', number)[0]?.epoch ?? 0),
    dueAtMs: numberIn(row, 'due'),
  }
}

const numberIn = (row: Row, column: string): number | undefined => (row[column] === null ? undefined : Number(row[column]))
