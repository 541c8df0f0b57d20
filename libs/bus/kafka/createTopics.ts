import type { Admin } from 'kafkajs'
import type { Clock } from '#domain/ports'
import type { Cluster } from '../cluster'
import { partitionsOf } from '../partitioner'
import { type Kept, compactionLagMs, hoursMs, tombstoneMs } from '../retention'
import { type Topic, allTopics } from '../topics'
import { kafkaClient, topicName } from './client'
import { connected } from './connected'
import type { KafkaReport } from './events'
import { retried } from './retried'
import { checkTopic } from './topicCheck'

export interface CreateOptions extends Cluster {
  readonly clock: Clock
  readonly report?: KafkaReport
  /** Copies of each partition; else 3, or as many as there are brokers. */
  readonly replicas?: number
  /** Settings over the usual ones, by Kafka's names. */
  readonly settings?: Readonly<Record<string, string>>
  readonly topics?: readonly Pick<Topic<never>, 'name' | 'kept'>[]
}

/**
 * Makes the topics that are missing, with their partitions, compaction and retention (topics.ts). What is there stays as it is; throws when
 * such a topic has another number of partitions, and a ClusterError when no broker can be reached or none lets us in.
 */
export async function createTopics(options: CreateOptions): Promise<CreatedTopics> {
  const { clock, prefix = '', topics = allTopics } = options
  return withAdmin(options, async (admin) => {
    const there = new Set(await admin.listTopics())
    const missing = topics.filter(({ name }) => !there.has(topicName(prefix, name)))
    if (missing.length > 0) await create(admin, missing, options)
    for (const { name } of missing) await retried(clock, () => admin.fetchTopicOffsets(topicName(prefix, name)))
    await checkAll(admin, options)
    const inCluster = topics.map(({ name }) => topicName(prefix, name))
    return { made: inCluster.filter((name) => !there.has(name)), existed: inCluster.filter((name) => there.has(name)) }
  })
}

/** Where we may not make topics: throws, as createTopics does, when one is missing or has another number of partitions. */
export function checkTopics(options: CreateOptions): Promise<void> {
  return withAdmin(options, (admin) => checkAll(admin, options))
}

async function withAdmin<T>(options: CreateOptions, step: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaClient(options, options.report ?? (() => {})).admin()
  await connected(options, admin)
  try {
    return await step(admin)
  } finally {
    await admin.disconnect()
  }
}

async function checkAll(admin: Admin, { prefix = '', topics = allTopics }: CreateOptions): Promise<void> {
  for (const { name } of topics) await checkTopic(admin, topicName(prefix, name), partitionsOf(name))
}

/** Names as they are in the cluster. */
export interface CreatedTopics {
  readonly made: readonly string[]
  readonly existed: readonly string[]
}

async function create(admin: Admin, topics: NonNullable<CreateOptions['topics']>, options: CreateOptions): Promise<void> {
  const replicationFactor = options.replicas ?? Math.min(3, (await admin.describeCluster()).brokers.length)
  await admin.createTopics({
    // It would fail on a topic that a broker does not know yet: createTopics waits itself.
    waitForLeaders: false,
    topics: topics.map(({ name, kept }) => ({
      topic: topicName(options.prefix ?? '', name),
      numPartitions: partitionsOf(name),
      replicationFactor,
      configEntries: Object.entries({ ...settingsOf(kept, replicationFactor), ...options.settings }).map(([name, value]) => ({
        name,
        value,
      })),
    })),
  })
}

/** Kafka cleans closed segments only: they are closed often enough for what the topic promises. */
export function settingsOf(kept: Kept, replicas: number): Record<string, string> {
  const always = {
    'min.insync.replicas': replicas >= 3 ? '2' : '1',
    'unclean.leader.election.enable': 'false',
    'compression.type': 'producer',
    'message.timestamp.type': 'CreateTime',
    'max.message.bytes': String(maxSendBytes),
  }
  return { ...always, ...('compacted' in kept ? compacted : dropped(kept)) }
}

const compacted = {
  'cleanup.policy': 'compact',
  'min.compaction.lag.ms': String(compactionLagMs),
  'max.compaction.lag.ms': String(hoursMs(24)),
  // A broker does not wait until every group has passed a tombstone: a week is longer than any of them is down.
  'delete.retention.ms': String(Math.max(tombstoneMs, hoursMs(7 * 24))),
  'min.cleanable.dirty.ratio': '0.2',
  'segment.bytes': String(64 * 2 ** 20),
  'segment.ms': String(hoursMs(1)),
}

const dropped = ({ hours, maxBytes }: { readonly hours: number; readonly maxBytes?: number }) => ({
  'cleanup.policy': 'delete',
  'retention.ms': String(hoursMs(hours)),
  'retention.bytes': String(maxBytes ?? -1),
  'segment.bytes': String(Math.min(64 * 2 ** 20, (maxBytes ?? Infinity) / 8)),
  'segment.ms': String(hoursMs(Math.min(24, hours / 8))),
})

/** The records of one append in one partition, as they are compressed, are one message set. */
const maxSendBytes = 32 * 2 ** 20
