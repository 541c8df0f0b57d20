import type { Pages } from './ports'
import { checkRecords, chunksPerPage } from './pageBytes'
import { type Fill, fillOf, place, type ScopeRows } from './placing'

interface MemoryScope {
  readonly fill: Fill
  readonly chunks: Map<number, Uint8Array>
  readonly rows: ScopeRows
}

export function memoryPages(): Pages {
  const scopes = new Map<string, MemoryScope>()
  const put = async (scope: string, rider: number, records: Uint8Array) => {
    checkRecords(rider, records)
    const { rows, fill } = scopes.get(scope) ?? added(scopes, scope)
    place(rows, fill, rider, records)
  }
  return {
    put,
    drop: (scope, rider) => put(scope, rider, new Uint8Array()),
    count: async (scope) => Math.ceil((scopes.get(scope)?.fill.counts.length ?? 0) / chunksPerPage),
    read: async (scope, page) => Buffer.concat(chunksOfPage(scopes.get(scope), page)),
    size: async (scope) => scopes.get(scope)?.fill.size ?? 0,
  }
}

function added(scopes: Map<string, MemoryScope>, scope: string): MemoryScope {
  const chunks = new Map<number, Uint8Array>()
  const buckets = new Map<number, Uint8Array>()
  const rows: ScopeRows = {
    chunk: (number) => chunks.get(number) ?? new Uint8Array(),
    setChunk: (number, bytes) => chunks.set(number, bytes),
    bucket: (number) => buckets.get(number) ?? new Uint8Array(),
    setBucket: (number, bytes) => (bytes.length > 0 ? buckets.set(number, bytes) : buckets.delete(number)),
  }
  const fresh = { fill: fillOf([]), chunks, rows }
  scopes.set(scope, fresh)
  return fresh
}

function chunksOfPage(scope: MemoryScope | undefined, page: number): Uint8Array[] {
  const numbers = Array.from({ length: chunksPerPage }, (_, i) => page * chunksPerPage + i)
  return numbers.flatMap((number) => scope?.chunks.get(number) ?? [])
}
