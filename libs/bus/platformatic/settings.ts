import type { GroupTiming } from '../kafka/settings'

/**
 * How @platformatic/kafka is set. As kafkajs's, where the meaning is the same (../kafka/settings.ts): a produce request has 30 s, since every
 * shorter time makes copies of what the broker has taken but not yet answered.
 */
export const clientSettings = { clientId: 'linienfunk', connectTimeout: 1000, metadataMaxAge: 5000 } as const

/**
 * Not idempotent: after a failed send the producer takes a new id and counts from 0 again, for all partitions, also for a send that is just
 * under way with the old id; the broker may then take its records for known ones. Records carry ids instead.
 */
export const producerSettings = {
  ...clientSettings,
  idempotent: false,
  requestTimeout: 30_000,
  timeout: 30_000,
  retries: 60,
  retryDelay: (_client: unknown, _operation: string, attempt: number) => Math.min(100 * 2 ** (attempt - 1), 1000),
}

export const adminSettings = { ...clientSettings, requestTimeout: 5000, retries: 50, retryDelay: 100 } as const

/** Who is asked to join waits for the others, so a request has more than rebalanceTimeout. A heartbeat that is silent so long is given up. */
export const memberSettingsOf = ({ sessionTimeout, rebalanceTimeout, heartbeatInterval }: GroupTiming) => ({
  ...clientSettings,
  sessionTimeout,
  rebalanceTimeout,
  heartbeatInterval,
  heartbeatStallTimeout: rebalanceTimeout * 1.5,
  requestTimeout: rebalanceTimeout * 1.5,
  retries: 5,
  retryDelay: 100,
  // kafkajs' name for the same thing: members of both kinds can be in one group.
  protocols: [{ name: 'RoundRobinAssigner', version: 1 }],
})

/** Fetching again makes no copies, so a request that gets no answer is given up soon. */
export const fetcherSettings = { ...clientSettings, requestTimeout: 5000, retries: 1, retryDelay: 100 } as const

export const fetchSettings = { minBytes: 1, maxBytes: 10 * 2 ** 20, maxWaitTime: 200 } as const
export const partitionBytes = 2 ** 20
