import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from 'redis'
import { realClock } from '#service/realClock'
import type { Store } from '#store/ports'
import { redisStore } from '#store/redis/redisStore'
import { contents, records } from '../libs/store/records'
import { describeRedis, newPrefix, openStores, withRedis } from './redisParts'

const scope = 'lindenau/line:tram-3'
const cohort = 'lindenau/d1/TELEGRAM/0'

describeRedis('Redis, faults', () => {
  const redis = withRedis(1)
  const open = openStores(redis)

  test('killed in the middle of writes: what was answered is there, and the store goes on', async () => {
    const prefix = newPrefix()
    const store = await open(Date.now, prefix)
    await store.cohorts.open(cohort, Buffer.from('h'), Buffer.alloc(4096 * 8))
    const answered: Answered = { pages: [], chunks: new Map(), values: [], riders: [] }
    for (let round = 0; round < 3; round++) {
      const writing = writeUntilItFails(store, answered, round)
      await wait(250)
      await redis().kill?.(0)
      await writing
      await redis().start?.(0)
      await until(() => store.state.getMany(['x']))
    }
    expect(answered.pages.length).toBeGreaterThan(100)
    const fresh = await open(Date.now, prefix)
    const there = new Set(await contents(fresh.pages, scope))
    expect(answered.pages.filter((rider) => !there.has(`${rider}:1`))).toEqual([])
    const slots = (await fresh.cohorts.slots(cohort)) as Buffer
    expect([...answered.chunks].filter(([chunk, mark]) => slots.readUInt8(chunk * 2048) < mark)).toEqual([])
    const values = await fresh.state.getMany(answered.values)
    expect(values.filter((value) => !value)).toEqual([])
    const riders = await fresh.riders.getMany('lindenau', answered.riders)
    expect(riders.filter((rider) => !rider)).toEqual([])
    // What was in flight may be done or not; either way the index and the pages agree.
    for (const mark of there) await fresh.pages.drop(scope, Number(mark.split(':')[0]))
    expect(await contents(fresh.pages, scope)).toEqual([])
  }, 60_000)

  test('frozen: calls reject within about two seconds, also while others keep coming, and work again after', async () => {
    const store = await open()
    await store.pages.put(scope, 1, records(1, [1]))
    await redis().signal?.(0, 'SIGSTOP')
    const waits: number[] = []
    const frozenAt = performance.now()
    while (performance.now() - frozenAt < 5000) {
      const from = performance.now()
      void store.pages.put(scope, 2, records(2, [1])).catch(() => waits.push(performance.now() - from))
      await wait(50)
    }
    await redis().signal?.(0, 'SIGCONT')
    const thawedAt = performance.now()
    await until(() => store.pages.put(scope, 2, records(2, [1])))
    expect(performance.now() - thawedAt).toBeLessThan(4000)
    expect(waits.length).toBeGreaterThan(80)
    expect(Math.max(...waits)).toBeLessThan(2600)
    expect(await contents(store.pages, scope)).toEqual(['1:1', '2:1'])
  }, 30_000)

  test('a long queue that moves is no silence', async () => {
    const store = await open()
    const riders = Array.from({ length: 60_000 }, (_, rider) => rider)
    await Promise.all(riders.map((rider) => store.pages.put(scope, rider, records(rider, [1]))))
    expect(await store.pages.size(scope)).toBe(60_000)
  }, 30_000)

  test('a server that came back empty has no Functions: they are loaded again', async () => {
    const store = await open()
    const admin = await createClient({ url: redis().url }).connect()
    await admin.functionFlush()
    admin.destroy()
    await store.pages.put(scope, 1, records(1, [1]))
    expect(await contents(store.pages, scope)).toEqual(['1:1'])
  })

  test.each([
    ['maxmemory-policy', 'allkeys-lru'],
    ['appendonly', 'no'],
    ['appendfsync', 'everysec'],
  ])('%s %s: refused with what to change', async (setting, value) => {
    const admin = await createClient({ url: redis().url }).connect()
    const before = await admin.configGet(setting)
    const connect = (allowUnsafe: boolean) =>
      redisStore({ servers: { url: redis().url }, nowMs: Date.now, clock: realClock, prefix: newPrefix(), allowUnsafe })
    try {
      await admin.configSet(setting, value)
      await expect(connect(false)).rejects.toMatchObject({ code: 'STORE_UNSAFE', message: expect.stringContaining(`Set ${setting} to`) })
      await (await connect(true)).close()
    } finally {
      await admin.configSet(setting, String(before[setting]))
      admin.destroy()
    }
    await (await connect(false)).close()
  })
})

describeRedis('Redis, a Cluster of three, faults', () => {
  const redis = withRedis(3)
  const open = openStores(redis)

  test('one frozen node: its calls reject in time, the others go on, and all work again after', async () => {
    const store = await open()
    const scopes = Array.from({ length: 24 }, (_, i) => `lindenau/line:${i}`)
    const put = (name: string) => store.pages.put(name, 1, records(1, [1]))
    await Promise.all(scopes.map(put))
    await redis().signal?.(1, 'SIGSTOP')
    const from = performance.now()
    const results = await Promise.allSettled(scopes.map(put))
    expect(performance.now() - from).toBeLessThan(2600)
    const failed = results.filter(({ status }) => status === 'rejected').length
    expect(failed).toBeGreaterThan(0)
    expect(failed).toBeLessThan(scopes.length)
    await redis().signal?.(1, 'SIGCONT')
    for (const name of scopes) await until(() => put(name))
    for (const name of scopes) expect(await contents(store.pages, name)).toEqual(['1:1'])
  }, 30_000)
})

interface Answered {
  readonly pages: number[]
  /** The mark last answered, by chunk. */
  readonly chunks: Map<number, number>
  readonly values: string[]
  readonly riders: number[]
}

/** 32 writers of each kind, each until its first call that rejects. */
async function writeUntilItFails(store: Store, answered: Answered, round: number): Promise<void> {
  let next = round * 1_000_000
  const writer = async (write: (n: number) => Promise<void>) => {
    for (;;) {
      try {
        await write(next++)
      } catch {
        return
      }
    }
  }
  const writes = [
    async (n: number) => {
      await store.pages.put(scope, n, records(n, [1]))
      answered.pages.push(n)
    },
    async (n: number) => {
      await store.state.putMany([{ key: `a/b/${n}`, value: Buffer.from('v') }])
      answered.values.push(`a/b/${n}`)
    },
    async (n: number) => {
      await store.riders.put('lindenau', { id: `r${n}`, number: n, position: BigInt(n), record: Buffer.from('r'), hashes: [] })
      answered.riders.push(n)
    },
  ]
  const chunkWriter = async (chunk: number) => {
    for (let mark = round * 80 + 1; mark < (round + 1) * 80; mark++) {
      const isDone = await store.cohorts.writeChunks([{ id: cohort, epoch: 1, chunk, slots: Buffer.alloc(2048, mark) }]).then(
        () => true,
        () => false,
      )
      if (!isDone) return
      answered.chunks.set(chunk, mark)
      await wait(5)
    }
  }
  await Promise.all([
    ...writes.flatMap((write) => Array.from({ length: 32 }, () => writer(write))),
    ...Array.from({ length: 16 }, (_, chunk) => chunkWriter(chunk)),
  ])
}

async function until<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await call()
    } catch (error) {
      if (tries > 100) throw error
      await wait(50)
    }
  }
}
