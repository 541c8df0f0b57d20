import type { Admin } from 'kafkajs'
import type { Clock } from '#domain/ports'
import type { InRecord } from '../bus'
import { type Topic, allTopics } from '../topics'
import type { Cluster } from '../cluster'
import { groupName, kafkaClient, topicName } from './client'
import { connected } from './connected'
import { createTopics } from './createTopics'
import { retried } from './retried'
import { Sender } from './sender'
import { producerSettings } from './settings'

/** Fills fresh topics with records from elsewhere: into the partitions they come from, with their times, before anybody consumes. */
export interface KafkaIntake {
  /** Names of our topics that hold records already, as they are called in the cluster. */
  filled(): Promise<string[]>
  /** Makes the topics that are missing. `anew`: deletes all of ours before. */
  prepare(anew: boolean): Promise<void>
  /** Appends in order; resolves with the offset of the first. `appendedAt` stays. */
  append(topic: string, partition: number, records: readonly InRecord[]): Promise<bigint>
  /** Where a group begins, by partition: the offset of the first record that it has not handled. The group must have no members. */
  startAt(topic: string, group: string, offsets: ReadonlyMap<number, bigint>): Promise<void>
  close(): Promise<void>
}

export interface IntakeOptions extends Cluster {
  readonly clock: Clock
  readonly topics?: readonly Pick<Topic<never>, 'name' | 'kept'>[]
}

/** Every record says where it belongs. */
const createPartitioner =
  () =>
  ({ message }: { message: { partition?: number } }) =>
    message.partition as number

/** Rejects when no broker can be reached. */
export async function kafkaIntake(options: IntakeOptions): Promise<KafkaIntake> {
  const { clock, prefix = '', topics = allTopics } = options
  const kafka = kafkaClient(options, () => {})
  const producer = kafka.producer({ ...producerSettings, createPartitioner })
  const admin = kafka.admin()
  await connected(options, producer, admin)
  const senders = new Map<string, Sender>()
  const sender = (topic: string, partition: number): Sender => {
    const name = `${topic}/${partition}`
    const known = senders.get(name) ?? new Sender({ producer, clock, report: () => {} }, topicName(prefix, topic), partition)
    senders.set(name, known)
    return known
  }
  const names = topics.map(({ name }) => topicName(prefix, name))
  return {
    filled: () => filledOf(admin, clock, names),
    async prepare(anew) {
      if (anew) await deleteTopics(admin, clock, names)
      await retried(clock, () => createTopics({ ...options, topics }))
    },
    append: (topic, partition, records) => sender(topic, partition).append(records.map((record) => messageOf(record))),
    async startAt(topic, group, offsets) {
      const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }))
      if (partitions.length === 0) return
      await retried(clock, () =>
        admin.setOffsets({ groupId: groupName(prefix, topic, group), topic: topicName(prefix, topic), partitions }),
      )
    },
    close: async () => void (await Promise.allSettled([producer.disconnect(), admin.disconnect()])),
  }
}

async function filledOf(admin: Admin, clock: Clock, names: readonly string[]): Promise<string[]> {
  const there = new Set(await admin.listTopics())
  const filled: string[] = []
  for (const name of names.filter((each) => there.has(each))) {
    const ends = await retried(clock, () => admin.fetchTopicOffsets(name))
    if (ends.some(({ high }) => BigInt(high) > 0n)) filled.push(name)
  }
  return filled
}

/** A broker forgets a topic some moments after it has said yes. */
async function deleteTopics(admin: Admin, clock: Clock, names: readonly string[]): Promise<void> {
  const left = async () => (await admin.listTopics()).filter((name) => names.includes(name))
  const there = await left()
  if (there.length === 0) return
  await admin.deleteTopics({ topics: there })
  for (let tries = 0; (await left()).length > 0; tries++) {
    if (tries > mostLooks) throw new Error(`Kafka has not deleted ${(await left()).join(', ')}. Delete them yourself, then run this again.`)
    await clock.sleep(lookAgainMs)
  }
}

const lookAgainMs = 200
const mostLooks = 150

const messageOf = ({ partition, key, value, appendedAt }: InRecord) => ({
  partition,
  key: key === undefined ? null : Buffer.from(key, 'utf8'),
  value: value && Buffer.from(value),
  timestamp: String(appendedAt),
})
