import type { Database, Statement } from '#sqlite/database'
import type { Pages } from './ports'
import { grouped } from './grouped'
import { checkRecords, chunksPerPage } from './pageBytes'
import { place } from './placing'
import { bytesIn } from './rows'
import { scopeDirectory, type Scope } from './scopeDirectory'
import { dirtyRows } from './dirtyRows'
import { span } from './schema'

/** Puts of one commit: 512 of 10–20 µs block the calling thread for less than 10 ms. */
const mostPuts = 512

interface Put {
  readonly scope: string
  readonly rider: number
  readonly records: Uint8Array
}

/** Concurrency: this process is the file's only writer, and groups of puts run one after the other, each as one durable write. */
export function embeddedPages(db: Database): Pages {
  const directory = scopeDirectory(db)
  const write = grouped<Put>(async (puts) => {
    const touched = new Map<string, Scope>()
    try {
      await db.write(placeAll(puts, touched))
    } catch (error) {
      for (const name of touched.keys()) directory.forget(name)
      throw error
    }
    for (const scope of touched.values()) directory.settle(scope)
  }, mostPuts)

  const placeAll = (puts: readonly Put[], touched: Map<string, Scope>): Statement[] => {
    const rows = dirtyRows(db)
    const added: Statement[] = []
    for (const { scope: name, rider, records } of puts) {
      const scope = directory.find(name) ?? directory.add(name, added)
      touched.set(name, scope)
      place(rows.of(scope.number), scope.fill, rider, records)
    }
    return [...added, ...rows.statements()]
  }

  const put = async (scope: string, rider: number, records: Uint8Array) => {
    checkRecords(rider, records)
    await write({ scope, rider, records: Buffer.from(records) })
  }
  return {
    put,
    drop: (scope, rider) => put(scope, rider, new Uint8Array()),
    count: async (scope) => Math.ceil((directory.find(scope)?.durable.chunks ?? 0) / chunksPerPage),
    read: async (scope, page) => readPage(db, directory.find(scope), page),
    size: async (scope) => directory.find(scope)?.durable.size ?? 0,
  }
}

function readPage(db: Database, scope: Scope | undefined, page: number): Buffer {
  if (!scope) return Buffer.alloc(0)
  const first = scope.number * span.chunks + page * chunksPerPage
  const rows = db.read('SELECT bytes FROM page_chunk WHERE key >= ? AND key < ? ORDER BY key', first, first + chunksPerPage)
  return Buffer.concat(rows.map((row) => bytesIn(row, 'bytes')))
}
