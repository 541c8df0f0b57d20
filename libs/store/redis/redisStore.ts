import type { Clock } from '#domain/ports'
import type { Store } from '../ports'
import type { Servers } from './connection'
import { keysWith } from './keys'
import { openLink } from './link'
import { redisCohorts } from './redisCohorts'
import { redisLimits } from './redisLimits'
import { redisPages } from './redisPages'
import { redisRiders } from './redisRiders'
import { redisState } from './redisState'

export interface RedisStoreOptions {
  readonly servers: Servers
  /** Epoch ms; decides what has expired. */
  readonly nowMs: () => number
  /** For the deadlines of the network: the real one. */
  readonly clock: Pick<Clock, 'elapsed' | 'timer'>
  /** Before every key, where the server serves others too. */
  readonly prefix?: string
  /** Told of each lost connection; they come back by themselves. */
  readonly onError?: (error: Error) => void
  /** Takes a server that may lose data: for tests only. */
  readonly allowUnsafe?: boolean
}

/**
 * The store in Redis 7 or later, one server or a Cluster, for any number of processes. Every call can be repeated when it rejects: it
 * may have been done or not. While the server is silent calls reject within two seconds, while it is away at once.
 * Throws StoreUnsafe (STORE_UNSAFE) when the server's settings could lose data, or what the first connection says.
 */
export async function redisStore(options: RedisStoreOptions): Promise<Store> {
  const keys = keysWith(options.prefix ?? '')
  const link = await openLink(options)
  return {
    pages: redisPages(link, keys),
    cohorts: redisCohorts(link, keys),
    riders: redisRiders(link, keys),
    state: redisState(link, keys, options.nowMs),
    limits: redisLimits(link, keys),
    close: () => link.close(),
  }
}
