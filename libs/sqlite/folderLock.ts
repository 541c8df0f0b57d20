import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface FolderLock {
  release(): void
}

export type Locking =
  { readonly ok: true; readonly lock: FolderLock } | { readonly ok: false; readonly code: 'FOLDER_LOCKED'; readonly message: string }

/** https://www.sqlite.org/rescode.html#busy */
const busy = 5

/**
 * Takes a state folder (made if absent) for this process alone. The lock is the operating system's, held by an open exclusive transaction:
 * however the process ends, it is free. Not for network file systems. Throws when the folder cannot be made or written.
 */
export function lockFolder(folder: string): Locking {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const db = new DatabaseSync(join(folder, 'lock.sqlite'))
  try {
    db.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    return { ok: true, lock: { release: () => db.isOpen && db.close() } }
  } catch (error) {
    db.close()
    if ((error as { errcode?: number }).errcode !== busy) throw error
    return {
      ok: false,
      code: 'FOLDER_LOCKED',
      message: `FOLDER_LOCKED: another process uses ${folder}. Stop it, or choose another folder.`,
    }
  }
}
