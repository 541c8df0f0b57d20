import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atExit } from './atExit'
import type { Run } from './run'

const ballastName = 'ballast'
const fullMs = 5000
const portion = Buffer.alloc(65_536)

/** A disk of its own in memory; needs root. Answers how to take it away again. */
export function mountSmallDisk(folder: string, megabytes: number): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', folder], { stdio: 'pipe' })
  const unmount = () => {
    forget()
    execFileSync('umount', ['-l', folder], { stdio: 'pipe' })
  }
  const forget = atExit(unmount)
  return unmount
}

/** Why no disk can be mounted here; undefined: one can. */
export function mountMissing(): string | undefined {
  const folder = join(tmpdir(), `linienfunk-mount-${process.pid}`)
  try {
    mountSmallDisk(folder, 1)()
    return undefined
  } catch (error) {
    return `a small disk cannot be mounted here: ${(error as Error).message.split('\n')[1] ?? (error as Error).message}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Not a byte is left for a while, in the middle of the fan-out. */
export async function fillDisk(run: Run): Promise<void> {
  await run.untilShareOfAny(0.2)
  const before = run.provider.arrivals.length
  fill(join(run.system.home, ballastName))
  await sleep(fullMs)
  run.notes.push(`${run.provider.arrivals.length - before} messages within ${fullMs / 1000} s of a full disk`)
  rmSync(join(run.system.home, ballastName))
}

/** Byte by byte in the end: what is left of a page must be gone, too. */
function fill(file: string): void {
  const ballast = openSync(file, 'a')
  try {
    for (const size of [portion.length, 4096, 1]) write(ballast, size)
  } finally {
    closeSync(ballast)
  }
}

function write(ballast: number, size: number): void {
  try {
    for (;;) writeSync(ballast, portion, 0, size)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error
  }
}
