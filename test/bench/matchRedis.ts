import { realClock } from '#service/realClock'
import { redisStore } from '#store/redis/redisStore'
import { loadNow } from './load'
import { fillHashes, matchHashes } from './matching/hashes'
import { countOf, packedIn, toldIn } from './matching/packed'
import { asText, makeWishes } from './matching/wishes'
import { withParts } from './parts'
import { progress } from './progress'
import { quantile } from './quantile'
import { type RedisClient, noteCommands, openClient, slowest } from './redisServer'
import { type BenchRow, ratioOf } from './row'

const subscribers = 300_000
/** The baseline takes seconds, so ours has more rounds to each of its. */
const rounds = 5
const oursPerRound = 5

/** A line of 300,000 subscribers with all filters, on a real Redis: packed pages against SMEMBERS and HMGET. */
export const bench = (): Promise<BenchRow[]> =>
  withParts('match-redis', { redis: 1 }, async ({ redis }) => {
    const store = await redisStore({ servers: { url: redis.url }, nowMs: realClock.now, clock: realClock, prefix: 'lf:' })
    const client = await openClient(redis.url)
    try {
      progress(`match-redis: subscribing ${subscribers}, twice`)
      const wishes = makeWishes(subscribers)
      const ask = await packedIn(store, wishes)
      await fillHashes(client, wishes)
      return await compare(client, ask)
    } finally {
      await client.close()
      await store.close()
    }
  })

async function compare(client: RedisClient, ask: Awaited<ReturnType<typeof packedIn>>): Promise<BenchRow[]> {
  const found = toldIn(await ask())
  if (asText(found) !== asText(await matchHashes(client))) throw new Error('the packed records and the hashes find different riders')
  const [mine, theirs]: [number[], number[]] = [[], []]
  const blocks: { ours: number; theirs: number }[] = []
  for (let round = 0; round < rounds; round++) {
    progress(`match-redis: round ${round} of ${rounds}, load ${loadNow()}`)
    await noteCommands(client)
    for (let i = 0; i < oursPerRound; i++) mine.push(await timed(async () => countOf(await ask()), found.length))
    const ours = (await slowest(client)).ms
    await client.sendCommand(['CONFIG', 'SET', 'slowlog-log-slower-than', '1000'])
    await client.sendCommand(['SLOWLOG', 'RESET'])
    theirs.push(await timed(async () => (await matchHashes(client)).length, found.length))
    blocks.push({ ours, theirs: (await slowest(client)).ms })
  }
  return [timeRow(mine, theirs, found.length), blockRow(blocks)]
}

async function timed(task: () => Promise<number>, expected: number): Promise<number> {
  const began = performance.now()
  const found = await task()
  const ms = performance.now() - began
  if (found !== expected) throw new Error(`${found} riders found instead of ${expected}`)
  return ms
}

function timeRow(mine: readonly number[], theirs: readonly number[], found: number): BenchRow {
  const [p50, p99, baseline] = [quantile(mine, 0.5), quantile(mine, 0.99), quantile(theirs, 0.5)]
  const note = `${subscribers} subscribers, ${found} told, the same by both; baseline: SMEMBERS + HMGET a rider, 1,000 in flight; medians of ${mine.length} and ${theirs.length}, load ${loadNow()}`
  return { bench: 'match-redis', ours: p50, baseline, ratio: ratioOf('less', p50, baseline), unit: 'ms', p50, p99, note }
}

/** The server's clock goes on while other processes have its core: the longest of all rounds (p99) is more than its own doing. */
function blockRow(blocks: readonly { ours: number; theirs: number }[]): BenchRow {
  const mine = blocks.map((b) => b.ours)
  const [ours, baseline] = [
    quantile(mine, 0.5),
    quantile(
      blocks.map((b) => b.theirs),
      0.5,
    ),
  ]
  const note = `longest command of a round by the server’s own slow log, median and longest of ${blocks.length}; baseline: its SMEMBERS`
  return {
    bench: 'match-redis-block',
    ours,
    baseline,
    ratio: ratioOf('less', ours, baseline),
    unit: 'ms',
    p50: ours,
    p99: Math.max(...mine),
    note,
  }
}
