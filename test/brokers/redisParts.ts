import { randomBytes } from 'node:crypto'
import { type RedisPart, available, startRedis } from '../../tools/brokers.mjs'
import { realClock } from '#service/realClock'
import type { Store } from '#store/ports'
import { redisStore } from '#store/redis/redisStore'

/** `describe` where a Redis can be had; else the tests are skipped and it is said why, or fail where brokers are required. */
export function describeRedis(name: string, body: () => void): void {
  const { redis: missing } = available()
  if (missing === undefined || process.env.REQUIRE_BROKERS) return describe(name, body)
  console.warn(`${name}: skipped. ${missing}`)
  describe.skip(name, body)
}

/** Starts a Redis before the tests of this block and ends it after them. */
export function withRedis(nodes: 1 | 3): () => RedisPart {
  let redis: RedisPart | undefined
  beforeAll(async () => {
    redis = await startRedis({ nodes })
  }, 60_000)
  afterAll(() => redis?.stop())
  return () => redis as RedisPart
}

/** Opens stores, each under a prefix of its own unless told, and closes them after each test. */
export function openStores(redis: () => RedisPart) {
  const opened: Store[] = []
  afterEach(() => Promise.all(opened.splice(0).map((store) => store.close())))
  return async (nowMs: () => number = Date.now, prefix = newPrefix()): Promise<Store> => {
    const { url, urls, cluster } = redis()
    const store = await redisStore({ servers: cluster ? { urls } : { url }, nowMs, clock: realClock, prefix })
    opened.push(store)
    return store
  }
}

export const newPrefix = (): string => `${randomBytes(5).toString('hex')}:`
