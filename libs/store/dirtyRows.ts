import type { Database, Statement } from '#sqlite/database'
import type { ScopeRows } from './placing'
import { bytesIn, statement } from './rows'
import { span } from './schema'

/** The rows that a group of puts changes: read from the file once, changed here, then written together. */
export interface DirtyRows {
  of(scope: number): ScopeRows
  statements(): Statement[]
}

export function dirtyRows(db: Database): DirtyRows {
  const chunks = new Map<number, Uint8Array>()
  const buckets = new Map<number, Uint8Array>()
  return {
    of: (scope) => ({
      chunk: (number) => look(chunks, scope * span.chunks + number, (key) => db.read('SELECT bytes FROM page_chunk WHERE key = ?', key)),
      setChunk: (number, bytes) => chunks.set(scope * span.chunks + number, bytes),
      bucket: (number) =>
        look(buckets, scope * span.buckets + number, (key) => db.read('SELECT bytes FROM page_bucket WHERE key = ?', key)),
      setBucket: (number, bytes) => buckets.set(scope * span.buckets + number, bytes),
    }),
    statements: () => [
      ...[...chunks].map(([key, bytes]) => statement('INSERT OR REPLACE INTO page_chunk VALUES (?, ?)', key, bytes)),
      ...[...buckets].map(([key, bytes]) => bucketStatement(key, bytes)),
    ],
  }
}

const bucketStatement = (key: number, bytes: Uint8Array): Statement =>
  bytes.length > 0
    ? statement('INSERT OR REPLACE INTO page_bucket VALUES (?, ?)', key, bytes)
    : statement('DELETE FROM page_bucket WHERE key = ?', key)

function look(dirty: ReadonlyMap<number, Uint8Array>, key: number, read: (key: number) => ReturnType<Database['read']>): Uint8Array {
  const changed = dirty.get(key)
  if (changed) return changed
  const [row] = read(key)
  return row ? bytesIn(row, 'bytes') : new Uint8Array()
}
