import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** How far this state folder has been moved; kept in the folder, so that a run that was broken off can go on. */
export interface Progress {
  /** Of this move, also noted in the target. */
  readonly id: string
  /** Where to: brokers, prefix, Redis. */
  readonly target: string
  /** `topics`: they are being copied, and are copied anew. `store`: the topics are there. `done`: everything is. */
  readonly phase: 'topics' | 'store' | 'done'
  readonly topics?: Readonly<Record<string, number>>
}

const fileIn = (home: string): string => join(home, 'migration.json')

export function readProgress(home: string): Progress | undefined {
  return existsSync(fileIn(home)) ? (JSON.parse(readFileSync(fileIn(home), 'utf8')) as Progress) : undefined
}

/** On disk when it returns. */
export function writeProgress(home: string, progress: Progress): void {
  const fresh = `${fileIn(home)}.new`
  const file = openSync(fresh, 'w', 0o600)
  try {
    writeSync(file, JSON.stringify(progress))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(fresh, fileIn(home))
}
