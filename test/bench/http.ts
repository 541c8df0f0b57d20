import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '#service/realClock'
import { embeddedStore } from '#store/embedded'
import type { Store } from '#store/ports'
import { redisStore } from '#store/redis/redisStore'
import { bare } from './http/bare'
import { openSender } from './http/fanout'
import { loadNow } from './load'
import type { BenchOptions } from './options'
import { withParts } from './parts'
import { progress } from './progress'
import { quantile } from './quantile'
import { type BenchRow, ratioOf } from './row'

const rounds = 5
const concurrency = 64

/**
 * A fan-out from durable slots and encrypted addresses to HTTP requests, everything between the two included, against the same requests with
 * nothing behind them; in turns, to one sink in a process of its own.
 */
export async function bench({ full }: BenchOptions): Promise<BenchRow[]> {
  const count = full ? 50_000 : 20_000
  const sink = fork(join(__dirname, 'http/sink.js'))
  try {
    const [{ port }] = (await once(sink, 'message')) as [{ port: number }]
    const root = `http://127.0.0.1:${port}`
    return [...(await onEmbedded(root, count)), ...(await onRedis(root, count))]
  } finally {
    await ended(sink)
  }
}

async function onEmbedded(root: string, count: number): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'linienfunk-bench-'))
  try {
    return await measure('http-embedded', embeddedStore(join(folder, 'store.db'), realClock.now), root, count)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const onRedis = (root: string, count: number): Promise<BenchRow[]> =>
  withParts('http-redis', { redis: 1 }, async ({ redis }) => {
    const store = await redisStore({ servers: { url: redis.url }, nowMs: realClock.now, clock: realClock })
    return measure('http-redis', store, root, count)
  })

interface Spent {
  readonly perSecond: number
  /** Of this process, microseconds of processor a message. */
  readonly cpuUs: number
}

async function measure(name: string, store: Store, root: string, count: number): Promise<BenchRow[]> {
  progress(`${name}: ${count} riders`)
  const sender = await openSender(store, root, count, concurrency)
  const [ours, theirs]: [Spent[], Spent[]] = [[], []]
  await spent(1000, () => bare(root, 1000))
  await spent(count, sender.tellAll)
  for (let round = 1; round <= rounds; round++) {
    theirs.push(await spent(count, () => bare(root, count)))
    ours.push(await spent(count, sender.tellAll))
    progress(
      `${name}: round ${round} of ${rounds}: ${Math.round(ours.at(-1)?.perSecond ?? 0)} of ${Math.round(theirs.at(-1)?.perSecond ?? 0)} /s`,
    )
  }
  await sender.close()
  await store.close()
  return [rowOf(name, ours, theirs, count)]
}

function rowOf(bench: string, ours: readonly Spent[], theirs: readonly Spent[], count: number): BenchRow {
  const rate = (all: readonly Spent[], q = 0.5) => quantile(all.map(({ perSecond }) => perSecond), q) // prettier-ignore
  const cpu = (all: readonly Spent[]) => Math.round(quantile(all.map(({ cpuUs }) => cpuUs), 0.5)) // prettier-ignore
  const ratio = quantile(ours.map(({ perSecond }, i) => ratioOf('more', perSecond, theirs[i]?.perSecond ?? 0)), 0.5) // prettier-ignore
  const what = `${count.toLocaleString('en')} riders told from durable slots and encrypted addresses, each marked; baseline: an undici Pool of 64 connections`
  const note = `${what}; median of ${rounds} rounds, p99 is the slowest; processor ${cpu(ours)} µs a message, baseline ${cpu(theirs)}; load ${loadNow()}`
  return { bench, ours: rate(ours), baseline: rate(theirs), ratio, unit: '/s', p50: rate(ours), p99: rate(ours, 0), note }
}

async function spent(count: number, task: () => Promise<void>): Promise<Spent> {
  const [cpu, began] = [process.cpuUsage(), performance.now()]
  await task()
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: count / ((performance.now() - began) / 1000), cpuUs: (user + system) / count }
}

async function ended(sink: ChildProcess): Promise<void> {
  const gone = once(sink, 'exit')
  sink.disconnect()
  await gone
}
