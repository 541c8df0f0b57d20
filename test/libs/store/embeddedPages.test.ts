import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, DatabaseError } from '#sqlite/database'
import { openDatabase } from '#sqlite/openDatabase'
import { embeddedPages } from '#store/embeddedPages'
import { schema } from '#store/schema'
import { contents, records } from './records'

const folder = mkdtempSync(join(tmpdir(), 'pages-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('puts while the disk is full are refused and leave nothing behind; there is room again, they succeed', async () => {
  const real = openDatabase(join(folder, 'a.sqlite'), schema)
  let full = false
  const db: Database = {
    close: () => real.close(),
    read: (sql, ...params) => real.read(sql, ...params),
    write: (statements) => (full ? Promise.reject(new DatabaseError('STORE_FULL', 'no space')) : real.write(statements)),
  }
  const pages = embeddedPages(db)
  await pages.put('o/line:1', 1, records(1, [1]))
  full = true
  const refused = [pages.put('o/line:1', 2, records(2, [2])), pages.drop('o/line:1', 1), pages.put('o/line:2', 3, records(3, [3]))]
  for (const outcome of await Promise.allSettled(refused)) expect(outcome).toMatchObject({ reason: { code: 'STORE_FULL' } })
  expect([await contents(pages, 'o/line:1'), await pages.size('o/line:1'), await pages.count('o/line:2')]).toEqual([['1:1'], 1, 0])
  full = false
  await Promise.all([pages.put('o/line:1', 2, records(2, [2])), pages.put('o/line:2', 3, records(3, [3]))])
  expect([await contents(pages, 'o/line:1'), await contents(pages, 'o/line:2')]).toEqual([['1:1', '2:2'], ['3:3']])
  await real.close()
})

test('puts made at the same moment share one write', async () => {
  const real = openDatabase(join(folder, 'b.sqlite'), schema)
  let writes = 0
  const db: Database = {
    close: () => real.close(),
    read: (sql, ...params) => real.read(sql, ...params),
    write: (statements) => (writes++, real.write(statements)),
  }
  const pages = embeddedPages(db)
  await Promise.all(Array.from({ length: 300 }, (_, rider) => pages.put('o/line:1', rider, records(rider, [1]))))
  expect(writes).toBe(1)
  expect(await pages.size('o/line:1')).toBe(300)
  await real.close()
})
