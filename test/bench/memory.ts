import { riders as topic } from '#bus/topics'
import type { Rider } from '#domain/rider'
import { pageScope } from '#matching/places'
import { placesOf } from '#matching/placesOf'
import { tablesIn } from '#matching/tables'
import { realClock } from '#service/realClock'
import type { Store } from '#store/ports'
import { redisStore } from '#store/redis/redisStore'
import { type Messenger, operator, peopleOf } from './memory/people'
import type { BenchOptions } from './options'
import { withParts } from './parts'
import { progress } from './progress'
import { type RedisClient, openClient, usedMemory } from './redisServer'
import { type BenchRow, ratioOf } from './row'

const atOnce = 2000
const perChannel = 4

/** What riders and their subscriptions take in a real Redis, by its own used_memory, against a set a line and a hash a subscription. */
export const bench = ({ full }: BenchOptions): Promise<BenchRow[]> =>
  withParts('memory', { redis: 1 }, async ({ redis }) => {
    const client = await openClient(redis.url)
    try {
      return await measure(new Scene(client, redis.url), full ? 200_000 : 50_000)
    } finally {
      await client.close()
    }
  })

async function measure(scene: Scene, count: number): Promise<BenchRow[]> {
  const people = everyone(peopleOf('TELEGRAM'), count)
  const naive = await scene.grown('naive', count, (some) => putNaive(scene.client, some, 0), people)
  const pages = await scene.stored('pages', count, putPages, people)
  const usual = await scene.stored('rider, usual settings', count, putWithoutAddress, people)
  await scene.client.sendCommand(['CONFIG', 'SET', 'hash-max-listpack-value', '1024'])
  const bare = await scene.stored('rider', count, putWithoutAddress, people)
  const rows = [
    row('memory-subscription', pages / 2, naive / 2, `page and index, ${count} riders of two lines (Zipf over 200)`),
    row('memory-rider', bare, naive, `two lines, record and look-up by id, without the address; ${(usual).toFixed(0)} with Redis’ usual hash-max-listpack-value`),
  ] // prettier-ignore
  for (const channel of ['TELEGRAM', 'EMAIL', 'WEBHOOK'] as const) rows.push(await channelRow(scene, channel, count / perChannel))
  return rows
}

async function channelRow(scene: Scene, channel: Messenger, count: number): Promise<BenchRow> {
  const people = everyone(peopleOf(channel), count)
  const naive = await scene.grown(`naive ${channel}`, count, (some) => putNaive(scene.client, some, 1), people)
  const ours = await scene.stored(channel, count, putWhole, people)
  return row(
    `memory-${channel.toLowerCase()}`,
    ours,
    naive,
    `two lines, whole record with encrypted address and both look-ups, ${count} riders`,
  )
}

const row = (bench: string, ours: number, baseline: number, what: string): BenchRow => ({
  bench, ours, baseline, ratio: ratioOf('less', ours, baseline), unit: 'bytes', p50: ours, p99: ours,
  note: `${what}, by used_memory; baseline: SADD to the line, a hash a subscription, address in plain text`,
}) // prettier-ignore

type Put = (store: Store, tables: ReturnType<typeof tablesIn>, rider: Rider) => Promise<unknown>

const putPages: Put = async (store, tables, rider) => {
  const { places } = await placesOf(rider, tables)
  return Promise.all([...places].map(([scope, records]) => store.pages.put(pageScope(operator, scope), rider.number, records)))
}

const putRecord = (store: Store, rider: Rider) =>
  store.riders.put(operator, {
    id: rider.id,
    number: rider.number,
    position: BigInt(rider.number),
    record: topic.codec.encode(rider),
    hashes: rider.addresses.map(({ hash }) => Buffer.from(hash).toString('hex')),
  })

const putWithoutAddress: Put = (store, tables, rider) =>
  Promise.all([putPages(store, tables, rider), putRecord(store, { ...rider, addresses: [] })])
const putWhole: Put = (store, tables, rider) => Promise.all([putPages(store, tables, rider), putRecord(store, rider)])

/** As one would write it first: what `match-redis` measures itself against. */
async function putNaive(client: RedisClient, riders: readonly Rider[], addresses: number): Promise<void> {
  await Promise.all(
    riders.flatMap((rider) => [
      ...rider.subscriptions.flatMap((s) => [
        client.sAdd(`subscribers:${s.scope}`, rider.id),
        client.hSet(`rider:${rider.id}:${s.scope}`, {
          windows: JSON.stringify(s.windows), minSeverity: s.minSeverity, minDelay: `${s.minDelay}`, language: rider.language, channel: s.channel, direction: `${s.direction}`,
        }),
      ]),
      ...rider.addresses.slice(0, addresses).map((a) => client.hSet(`rider:${rider.id}`, { address: Buffer.from(a.sealed), channel: a.channel })),
    ]),
  ) // prettier-ignore
}

const everyone = (make: (number: number) => Rider, count: number): Rider[] => Array.from({ length: count }, (_, i) => make(i + 1))

class Scene {
  constructor(
    readonly client: RedisClient,
    private readonly url: string,
  ) {}

  /** Bytes a rider of what this way of storing takes, in an empty server. */
  async stored(what: string, count: number, put: Put, people: readonly Rider[]): Promise<number> {
    await this.client.flushAll()
    const store = await redisStore({ servers: { url: this.url }, nowMs: realClock.now, clock: realClock })
    const tables = tablesIn(store.state)
    try {
      return await this.grown(what, count, (some) => Promise.all(some.map((rider) => put(store, tables, rider))), people)
    } finally {
      await store.close()
    }
  }

  async grown(what: string, count: number, put: (some: readonly Rider[]) => Promise<unknown>, people: readonly Rider[]): Promise<number> {
    progress(`memory: ${count} riders (${what})`)
    if (what.startsWith('naive')) await this.client.flushAll()
    const before = await usedMemory(this.client)
    for (let i = 0; i < people.length; i += atOnce) await put(people.slice(i, i + atOnce))
    return ((await usedMemory(this.client)) - before) / count
  }
}
