import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Random } from '#domain/ports'
import { type Syscall, readTrace, straceOptions } from './syscalls'

export interface PowerCuts {
  readonly images: number
  /** Writes that had been acknowledged before the cut, over all images. */
  readonly acked: number
  /** Of those, not found after it. */
  readonly lost: number
  /** Images that could not be opened at all. */
  readonly unreadable: number
}

/** Parts of this size reach the disk whole, or not at all. */
const sector = 512
const dbName = 'store.db'

/** Why writes cannot be watched here; undefined: they can. */
export function straceMissing(): string | undefined {
  const { status, error } = spawnSync('strace', ['-o', '/dev/null', 'true'])
  return status === 0 ? undefined : `strace cannot be run: ${error?.message ?? `exit ${status}`}`
}

/**
 * Cuts the power under the embedded store: a process writes, strace tells what it gave to the kernel and what it waited for, and from that
 * images of the disk are made as they may be at any moment: everything up to a file's last fsync, and of what came after it any
 * part (`random`), in any order, down to single sectors. kill -9 shows none of this: the kernel survives it.
 */
export function powerCuts(root: string, synchronous: 'FULL' | 'NORMAL', count: number, images: number, random: Random): PowerCuts {
  const folder = mkdtempSync(join(tmpdir(), 'linienfunk-power-'))
  try {
    const calls = traced(root, folder, synchronous, count)
    const moments = Array.from({ length: images }, () => Math.floor(random.next() * calls.length))
    return moments.map((moment, i) => judge(join(folder, `image${i}`), calls.slice(0, moment), random)).reduce(sum, none)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const none: PowerCuts = { images: 0, acked: 0, lost: 0, unreadable: 0 }
const sum = (a: PowerCuts, b: PowerCuts): PowerCuts => ({
  images: a.images + b.images,
  acked: a.acked + b.acked,
  lost: a.lost + b.lost,
  unreadable: a.unreadable + b.unreadable,
})

function traced(root: string, folder: string, synchronous: string, count: number): Syscall[] {
  const child = join(root, 'test/faults/powerCut.child.cjs')
  const trace = join(folder, 'trace')
  const db = join(folder, dbName)
  const args = [...straceOptions, '-o', trace, process.execPath, '--no-warnings', '--require', child, child, root, db, String(count)]
  try {
    execFileSync('strace', args, { env: { ...process.env, SYNCHRONOUS: synchronous }, stdio: 'pipe', maxBuffer: 2 ** 26 })
  } catch (error) {
    // It ends itself by SIGKILL, so that nothing is tidied up.
    if ((error as { signal?: string }).signal !== 'SIGKILL') throw error
  }
  const calls = readTrace(readFileSync(trace, 'latin1'), (file) => file === db || file === `${db}-wal` || file === `${db}-journal`)
  const first = calls.findIndex((call) => call.kind === 'ack')
  if (first < 0 || calls.findLast((call) => call.kind === 'ack')?.n !== count) throw new Error('the writer did not get to its end')
  return calls
}

interface Disk {
  durable: Buffer
  pending: Syscall[]
}

/** The files as they may be when the power goes after these calls. */
function disksAfter(calls: readonly Syscall[], random: Random): Map<string, Buffer> {
  const disks = new Map<string, Disk>()
  for (const call of calls) {
    if (call.kind === 'ack') continue
    const disk = disks.get(call.file) ?? { durable: Buffer.alloc(0), pending: [] }
    disks.set(call.file, disk)
    if (call.kind === 'sync') [disk.durable, disk.pending] = [disk.pending.reduce(applied, disk.durable), []]
    else if (call.kind === 'unlink') disks.delete(call.file)
    else disk.pending.push(call)
  }
  return new Map([...disks].map(([file, disk]) => [file, disk.pending.reduce((bytes, call) => partly(bytes, call, random), disk.durable)]))
}

function applied(bytes: Buffer, call: Syscall): Buffer {
  if (call.kind === 'truncate') return Buffer.concat([bytes], call.size)
  if (call.kind !== 'write') return bytes
  const end = call.offset + call.bytes.length
  const larger = end > bytes.length ? Buffer.concat([bytes], end) : Buffer.from(bytes)
  call.bytes.copy(larger, call.offset)
  return larger
}

/** Nothing, all, or some sectors of a call that nobody has waited for. */
function partly(bytes: Buffer, call: Syscall, random: Random): Buffer {
  const chance = random.next()
  if (chance < 0.4) return bytes
  if (chance < 0.8 || call.kind !== 'write') return applied(bytes, call)
  const size = Math.floor((random.next() * call.bytes.length) / sector) * sector
  return applied(bytes, { ...call, bytes: call.bytes.subarray(0, size) })
}

function judge(folder: string, calls: readonly Syscall[], random: Random): PowerCuts {
  const acked = calls.reduce((most, call) => (call.kind === 'ack' ? call.n : most), 0)
  mkdirSync(folder)
  for (const [file, bytes] of disksAfter(calls, random)) writeFileSync(join(folder, basename(file)), bytes)
  try {
    const db = new DatabaseSync(join(folder, dbName))
    const found = new Set((acked === 0 ? [] : db.prepare('SELECT n FROM record').all()).map((row) => Number(row.n)))
    const { integrity_check: health } = db.prepare('PRAGMA integrity_check').get() as { integrity_check: string }
    db.close()
    const lost = Array.from({ length: acked }, (_, i) => i + 1).filter((n) => !found.has(n)).length
    return { images: 1, acked, lost, unreadable: health === 'ok' ? 0 : 1 }
  } catch {
    return { images: 1, acked, lost: acked, unreadable: acked > 0 ? 1 : 0 }
  }
}
