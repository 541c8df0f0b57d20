import { mkdtempSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedBus } from '#bus/embedded'
import { realClock } from '#service/realClock'
import { progress } from './progress'
import { median, quantile } from './quantile'
import { type BenchRow, ratioOf } from './row'

/** Durable appends a second to the embedded log, against an append file that groups what is waiting and calls fdatasync. */
export async function bench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const writers of [1, 64, 512]) {
    progress(`log: ${writers} writers`)
    rows.push(await compare(writers))
  }
  return rows
}

const rounds = 5
const roundMs = 600
const record = Buffer.alloc(300, 'a')

interface Log {
  append(writer: number): Promise<unknown>
  close(): Promise<void>
}

interface Round {
  readonly perSecond: number
  readonly latencies: readonly number[]
}

/** The rounds alternate, so that a slow minute of the disk meets both; the first one only warms up. */
async function compare(writers: number): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), 'linienfunk-bench-'))
  const logs = { ours: ourLog(folder), plain: await plainLog(folder) }
  const ours: Round[] = []
  const plain: Round[] = []
  for (let n = 0; n <= rounds; n++) {
    ours.push(await measure(logs.ours, writers))
    plain.push(await measure(logs.plain, writers))
  }
  await Promise.all([logs.ours.close(), logs.plain.close()])
  rmSync(folder, { recursive: true })
  return row(writers, ours.slice(1), plain.slice(1))
}

function row(writers: number, ours: readonly Round[], plain: readonly Round[]): BenchRow {
  const latencies = ours.flatMap((r) => r.latencies)
  const speed = median(ours.map((r) => r.perSecond))
  const baseline = median(plain.map((r) => r.perSecond))
  return {
    bench: `log-append-${writers}`,
    ours: speed,
    baseline,
    ratio: ratioOf('more', speed, baseline),
    unit: 'appends/s',
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    note: `more is better, p50 and p99 in ms; ${writers} writers of 300 B, on disk when resolved; baseline: append file, grouped, fdatasync`,
  }
}

async function measure(log: Log, writers: number): Promise<Round> {
  const latencies: number[] = []
  const start = performance.now()
  const write = async (writer: number) => {
    for (let now = performance.now(); now < start + roundMs;) {
      await log.append(writer)
      const done = performance.now()
      latencies.push(done - now)
      now = done
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  return { perSecond: (latencies.length / (performance.now() - start)) * 1000, latencies }
}

function ourLog(folder: string): Log {
  const bus = embeddedBus(join(folder, 'bus.db'), realClock)
  return {
    append: (writer) => bus.append('receipts', [{ partitionBy: `writer${writer}`, value: record }]),
    close: () => bus.close(),
  }
}

async function plainLog(folder: string): Promise<Log> {
  const file = await open(join(folder, 'log'), 'a')
  let waiting: (() => void)[] = []
  let busy = false
  const pump = async () => {
    busy = true
    while (waiting.length > 0) waiting = await writeGroup(file, waiting)
    busy = false
  }
  const append = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve)
      if (!busy) void pump()
    })
  return { append, close: () => file.close() }

  async function writeGroup(into: FileHandle, group: readonly (() => void)[]): Promise<(() => void)[]> {
    waiting = []
    await into.appendFile(Buffer.concat(group.map(() => record)))
    await into.datasync()
    for (const resolve of group) resolve()
    await Promise.resolve()
    return waiting
  }
}
