import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import type { Database, Value } from '#sqlite/database'
import { openDatabase } from '#sqlite/openDatabase'

const schema = 'CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, v ANY) STRICT'
const put = 'INSERT INTO t(id, v) VALUES (?, ?)'

describe('openDatabase', () => {
  let folder: string
  let file: string
  const open: Database[] = []
  const database = (sql = schema) => {
    const db = openDatabase(file, sql)
    open.push(db)
    return db
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
    file = join(folder, 'a.sqlite')
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((db) => db.close()))
    rmSync(folder, { recursive: true })
  })

  it('reads what a resolved write has written, of every type', async () => {
    const db = database()
    const values: Value[] = [null, 7, -1.5, 2 ** 53, 2n ** 62n, -(2n ** 63n), 'Straße 🚋', '', new Uint8Array([0, 255]), new Uint8Array(0)]
    await Promise.all(values.map((v, id) => db.write([{ sql: put, params: [id, v] }])))
    const stored = db.read('SELECT v FROM t ORDER BY id').map((row) => row.v)
    expect(stored).toEqual([null, 7, -1.5, 2 ** 53, 2n ** 62n, -(2n ** 63n), 'Straße 🚋', '', new Uint8Array([0, 255]), new Uint8Array(0)])
  })

  it('round-trips bytes and texts of any size, also views into a shared buffer', async () => {
    const db = database()
    const value = fc.oneof(fc.uint8Array({ maxLength: 5000 }), fc.string({ unit: 'grapheme', maxLength: 3000 }))
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 8 }), async (values) => {
        const shared = values.map((v) =>
          typeof v === 'string' ? v : Buffer.concat([Buffer.from('x'), v, Buffer.from('y')]).subarray(1, -1),
        )
        await db.write([{ sql: 'DELETE FROM t', params: [] }, ...shared.map((v, id) => ({ sql: put, params: [id, v] }))])
        const stored = db.read('SELECT v FROM t ORDER BY id').map((row) => row.v)
        expect(stored.map((v) => (typeof v === 'string' ? v : Buffer.from(v as Uint8Array).toString('hex')))).toEqual(
          values.map((v) => (typeof v === 'string' ? v : Buffer.from(v).toString('hex'))),
        )
      }),
      { numRuns: 50, seed: 1 },
    )
  })

  it('takes the bytes at the call: the caller may reuse its buffer', async () => {
    const db = database()
    const buffer = new Uint8Array([1, 2, 3])
    const written = db.write([{ sql: put, params: [1, buffer] }])
    buffer.fill(9)
    await written
    expect(db.read('SELECT v FROM t')[0]?.v).toEqual(new Uint8Array([1, 2, 3]))
  })

  it('gives the rows of each statement', async () => {
    const db = database()
    const rows = await db.write([
      { sql: put, params: [1, 'a'] },
      { sql: `${put} RETURNING id, v`, params: [2n ** 60n, 'b'] },
      { sql: 'UPDATE t SET v = 1 RETURNING id', params: [] },
    ])
    expect(rows.map((r) => r.map((row) => ({ ...row })))).toEqual([[], [{ id: 2n ** 60n, v: 'b' }], [{ id: 1 }, { id: 2n ** 60n }]])
  })

  it('rolls back a failing call alone and whole, whatever shares its commit', async () => {
    const db = database()
    const call = (...ids: number[]) => db.write(ids.map((id) => ({ sql: put, params: [id, 'x'] })))
    const results = await Promise.allSettled([
      call(1),
      call(2, 3, 1),
      call(4, 5),
      call(1),
      db.write([{ sql: 'nonsense', params: [] }]),
      call(6),
    ])
    expect(results.map((r) => r.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'STORE_FAILED' })
    expect(db.read('SELECT id FROM t ORDER BY id').map((r) => r.id)).toEqual([1, 4, 5, 6])
  })

  it('refuses a parameter that is no value without harming its neighbours', async () => {
    const db = database()
    const results = await Promise.allSettled([
      db.write([{ sql: put, params: [1, true as unknown as Value] }]),
      db.write([{ sql: put, params: [1, 2n ** 64n] }]),
      db.write([{ sql: put, params: [2, 'good'] }]),
    ])
    expect(results.map((r) => r.status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect(db.read('SELECT id FROM t')).toHaveLength(1)
  })

  it('says STORE_FULL when there is no space, keeps what fits, and goes on afterwards', async () => {
    const db = database(`${schema}; CREATE TABLE IF NOT EXISTS other(v ANY) STRICT`)
    await db.write([{ sql: put, params: [1, 'before'] }])
    await db.write([{ sql: `PRAGMA max_page_count = 20`, params: [] }])
    const large = db.write([{ sql: put, params: [2, new Uint8Array(300_000)] }])
    const small = db.write([{ sql: put, params: [3, 'small'] }])
    await expect(large).rejects.toMatchObject({ code: 'STORE_FULL' })
    await small
    await db.write([{ sql: `PRAGMA max_page_count = 20000`, params: [] }])
    await db.write([{ sql: put, params: [4, new Uint8Array(300_000)] }])
    expect(db.read('SELECT id FROM t ORDER BY id').map((r) => r.id)).toEqual([1, 3, 4])
  })

  it('says STORE_CORRUPT for a file that is not a database', () => {
    writeFileSync(file, 'this is not a database, but it is long enough to look like something'.repeat(100))
    expect(() => openDatabase(file, schema)).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }))
  })

  it('writes what was asked before close, refuses what comes after, and leaves one file', async () => {
    const db = database()
    const last = db.write([{ sql: put, params: [1, 'last'] }])
    await db.close()
    await last
    await expect(db.write([{ sql: put, params: [2, 'late'] }])).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(readFileSync(file).includes('last')).toBe(true)
    expect(database().read('SELECT v FROM t')[0]?.v).toBe('last')
  })
})
