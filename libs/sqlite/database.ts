/** A file of node:sqlite: one writer in a worker (WAL, synchronous=FULL, group commit), one reader on the calling thread. */
export interface Database {
  /**
   * Runs the statements in order, durably and as one: all or none. Calls made at the same moment share a commit. Resolves with the rows of
   * each statement (RETURNING); rejects with a DatabaseError, and then nothing of this call was written (others of the group were).
   */
  write(statements: readonly Statement[]): Promise<Row[][]>
  /** Reads, on this thread, what has been written durably. Statements are prepared once. */
  read(sql: string, ...params: readonly Value[]): Row[]
  close(): Promise<void>
}

export interface Statement {
  readonly sql: string
  readonly params: readonly Value[]
}

/** Integers come back as number, as bigint where they do not fit. */
export type Value = null | number | bigint | string | Uint8Array
export type Row = Readonly<Record<string, Value>>

/** STORE_FULL: no space; works again after there is some. STORE_CORRUPT: the file is damaged. STORE_FAILED: anything else; the message tells. */
export class DatabaseError extends Error {
  constructor(
    readonly code: 'STORE_FULL' | 'STORE_CORRUPT' | 'STORE_FAILED',
    message: string,
  ) {
    super(message)
  }
}
