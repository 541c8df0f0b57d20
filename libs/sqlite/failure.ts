import type { Failure } from './calls'
import { DatabaseError } from './database'

/** Result codes: https://www.sqlite.org/rescode.html */
const ioError = 10
const corrupt = 11
const full = 13
const notADatabase = 26
/** The shared memory of the WAL could not grow: the disk is full there. */
const noSharedMemory = 10 | (19 << 8)

/** Names what node:sqlite threw. */
export function failureOf(error: unknown): Failure {
  const { errcode, message } = error as { errcode?: number; message?: string }
  const text = message ?? String(error)
  if (isFull(errcode)) return { code: 'STORE_FULL', message: `No space left for the database: ${text}` }
  const primary = (errcode ?? 0) & 0xff
  if (primary === corrupt || primary === notADatabase) return { code: 'STORE_CORRUPT', message: `The database is damaged: ${text}` }
  return { code: 'STORE_FAILED', message: text }
}

/** After an I/O error nobody knows what is on disk: nothing more may be acknowledged by this process. */
export function isIoError(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode
  return code !== undefined && (code & 0xff) === ioError && !isFull(code)
}

export const databaseError = (error: unknown): DatabaseError => {
  const { code, message } = failureOf(error)
  return new DatabaseError(code, message)
}

const isFull = (code: number | undefined): boolean => code !== undefined && ((code & 0xff) === full || code === noSharedMemory)
