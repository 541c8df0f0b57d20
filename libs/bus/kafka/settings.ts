/**
 * How kafkajs is set, and why: measured on Apache Kafka 4.1.1 under killed, frozen and restarted brokers. A request has 30 s, since every
 * shorter time makes copies of what the broker has taken but not yet answered; whoever appends has a deadline of his own (sender.ts).
 */
export const clientSettings = {
  clientId: 'linienfunk',
  connectionTimeout: 1000,
  requestTimeout: 30_000,
  retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 5 },
} as const

/** Not idempotent: with its own retries kafkajs uses a sequence twice and loses what it has reported as written. Records carry ids instead. */
export const producerSettings = {
  idempotent: false,
  allowAutoTopicCreation: false,
  metadataMaxAge: 5000,
  retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 60 },
} as const

/** Few retries: only a consumer that gives up looks for the group's new coordinator. */
export const consumerSettings = {
  allowAutoTopicCreation: false,
  metadataMaxAge: 5000,
  minBytes: 1,
  maxWaitTimeInMs: 200,
  retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 2 },
} as const

/** Positions are committed so often. */
export const commitEveryMs = 500

/** After how many milliseconds of silence a group gives a member's partitions to others: a broker takes 6 s and more unless told otherwise. */
export const usualSessionMs = 10_000

export interface GroupTiming {
  readonly sessionTimeout: number
  readonly rebalanceTimeout: number
  readonly heartbeatInterval: number
  /** A rebalance waits so long for the batches that run; it must stay well below rebalanceTimeout. */
  readonly drainMs: number
}

export const timingOf = (sessionMs: number): GroupTiming => ({
  sessionTimeout: sessionMs,
  rebalanceTimeout: sessionMs,
  heartbeatInterval: sessionMs / 10,
  drainMs: sessionMs * 0.3,
})

/** As usual, see GroupTiming. */
export const drainMs = 3000

/** A client that does not end by then is left behind. */
export const endMs = 10_000
