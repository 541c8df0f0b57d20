import type { Database, Statement } from '#sqlite/database'
import { recordBytes } from './pageBytes'
import { type Fill, fillOf } from './placing'
import { statement } from './rows'
import { span } from './schema'

export interface Scope {
  readonly number: number
  /** As after the group that is being written. */
  readonly fill: Fill
  /** As on disk. */
  durable: { readonly chunks: number; readonly size: number }
}

/** What this process knows of the scopes: their numbers and how full their chunks are. Derived from the file, so a failed write just forgets. */
export interface ScopeDirectory {
  find(name: string): Scope | undefined
  /** A new scope; its row is appended to `statements`. */
  add(name: string, statements: Statement[]): Scope
  settle(scope: Scope): void
  forget(name: string): void
}

export function scopeDirectory(db: Database): ScopeDirectory {
  const scopes = new Map<string, Scope>()
  let last = Number(db.read('SELECT coalesce(max(number), 0) AS last FROM scope')[0]?.last)
  return {
    find: (name) => scopes.get(name) ?? load(db, name, scopes),
    add: (name, statements) => {
      const scope = { number: ++last, fill: fillOf([]), durable: { chunks: 0, size: 0 } }
      scopes.set(name, scope)
      statements.push(statement('INSERT INTO scope VALUES (?, ?)', scope.number, name))
      return scope
    },
    settle: (scope) => {
      scope.durable = stateOf(scope.fill)
    },
    forget: (name) => void scopes.delete(name),
  }
}

function load(db: Database, name: string, scopes: Map<string, Scope>): Scope | undefined {
  const [row] = db.read('SELECT number FROM scope WHERE name = ?', name)
  if (!row) return undefined
  const number = Number(row.number)
  const fill = fillOf(chunkCounts(db, number))
  const scope = { number, fill, durable: stateOf(fill) }
  scopes.set(name, scope)
  return scope
}

/** Chunks are numbered without gaps: they are never deleted, only emptied. */
const chunkCounts = (db: Database, scope: number): number[] =>
  db
    .read(
      'SELECT length(bytes) AS bytes FROM page_chunk WHERE key >= ? AND key < ? ORDER BY key',
      scope * span.chunks,
      (scope + 1) * span.chunks,
    )
    .map((row) => Number(row.bytes) / recordBytes)

const stateOf = (fill: Fill): Scope['durable'] => ({ chunks: fill.counts.length, size: fill.size })
