import { allCohortShards } from '#domain/dispatch'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Database } from '#sqlite/database'
import { openDatabase } from '#sqlite/openDatabase'
import { embeddedCohorts } from '#store/embeddedCohorts'
import { embeddedFreezes } from '#store/embeddedFreezes'
import { embeddedPages } from '#store/embeddedPages'
import { embeddedRiders } from '#store/embeddedRiders'
import { embeddedState } from '#store/embeddedState'
import { schema } from '#store/schema'
import { records } from './records'

const folder = mkdtempSync(join(tmpdir(), 'plans-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Passes everything on, and remembers the statements. */
function recording(db: Database, texts: Set<string>): Database {
  return {
    write: (statements) => {
      for (const { sql } of statements) texts.add(sql)
      return db.write(statements)
    },
    read: (sql, ...params) => {
      texts.add(sql)
      return db.read(sql, ...params)
    },
    close: () => db.close(),
  }
}

async function useEverything(db: Database): Promise<void> {
  const pages = embeddedPages(db)
  await pages.put('o/line:1', 1, records(1, [1]))
  await pages.read('o/line:1', 0)
  await pages.drop('o/line:1', 1)
  await embeddedPages(db).size('o/line:1')
  const cohorts = embeddedCohorts(db)
  await cohorts.open('o/d/EMAIL/0', new Uint8Array(), new Uint8Array(8))
  await cohorts.writeChunks([{ id: 'o/d/EMAIL/0', epoch: 1, chunk: 0, slots: new Uint8Array(8) }])
  await Promise.all([
    cohorts.list('o/d/'),
    cohorts.slots('o/d/EMAIL/0'),
    cohorts.recipients('o/d/EMAIL/0'),
    cohorts.due('EMAIL', allCohortShards, 1, 1),
  ])
  await Promise.all([cohorts.putMessageId('o/d/EMAIL/0', 0, 'm'), cohorts.messageId('o/d/EMAIL/0', 0), cohorts.setDue('o/d/EMAIL/0', 1)])
  await cohorts.drop('o/d/EMAIL/0')
  const riders = embeddedRiders(db)
  await riders.put('o', { id: 'a', number: 1, position: 1n, record: new Uint8Array(), hashes: ['ab'] })
  await riders.put('o', { id: 'a', number: 1, position: 0n, record: new Uint8Array(), hashes: ['ab'] })
  await Promise.all([
    riders.getMany('o', [1]),
    riders.byId('o', 'a'),
    riders.byAddress('o', 'ab'),
    riders.size('o'),
    riders.erase('o', 'a', 2n),
  ])
  await Promise.all([riders.allocate('o'), riders.reserve('o', 9)])
  const state = embeddedState(db, () => 0)
  await state.putMany([{ key: 'k', value: new Uint8Array(), expiresAtMs: 1 }, { key: 'l', value: undefined }]) // prettier-ignore
  await Promise.all([state.getMany(['k']), state.list('k'), state.putIfAbsent('k', new Uint8Array()), state.intern('t', new Uint8Array())])
  await Promise.all([state.table('t'), state.lease('l', 'h', 1, 0), state.release('l', 'h')])
  await embeddedFreezes(db).put('bot', embeddedFreezes(db).until('bot'))
}

/** A scan, or a search by the operator alone: walks all riders of a tenant. json_each is the list of what was asked for. */
const isWalk = (plan: string): boolean => /^SCAN (?!wanted|json_each|CONSTANT ROW)/.test(plan) || plan.endsWith('(operator=?)')

test('no statement walks a table: each is answered by a key or an index', async () => {
  const file = join(folder, 'a.sqlite')
  const texts = new Set<string>()
  const db = openDatabase(file, schema)
  await useEverything(recording(db, texts))
  await db.close()
  const plain = new DatabaseSync(file)
  const planOf = (sql: string) => plain.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map((row) => String(row.detail)) // prettier-ignore
  const walks = [...texts].flatMap((sql) => planOf(sql).filter(isWalk).map((plan) => `${plan}: ${sql}`)) // prettier-ignore
  plain.close()
  expect(texts.size).toBeGreaterThan(35)
  expect(walks).toEqual([])
})
