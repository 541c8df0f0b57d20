import type { Row, Statement, Value } from '#sqlite/database'

export const statement = (sql: string, ...params: Value[]): Statement => ({ sql, params })

/** A blob column. The bytes are this call's own: no copy. */
export function bytesIn(row: Row, column: string): Buffer {
  const value = row[column]
  if (!(value instanceof Uint8Array)) throw new TypeError(`${column} is no blob`)
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}
