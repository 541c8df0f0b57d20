import { type Admin, type Consumer, findErrorBy, offsetCommitV8 } from '@platformatic/kafka'
import type { Names } from '../kafka/metadata'

/** Order and positions depend on the number of partitions: throws when the topic is missing or has another one. */
export async function checkTopic(admin: Admin, topic: string, partitions: number): Promise<void> {
  const found = await partitionsIn(admin, topic)
  if (found === partitions) return
  if (found === undefined) throw new Error(`Kafka has no topic ${topic}: make the topics first (createTopics).`)
  throw new Error(`The topic ${topic} has ${found} partitions and needs ${partitions}.`)
}

/** Undefined where there is no such topic. */
async function partitionsIn(admin: Admin, topic: string): Promise<number | undefined> {
  try {
    const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true, retries: 3 })
    return topics.get(topic)?.partitionsCount
  } catch (error) {
    if (findErrorBy(error as Error, 'code', 'PLT_KFK_USER')) return undefined
    throw error
  }
}

export interface Committed {
  /** The offset that comes next. */
  readonly offset: bigint
  readonly metadata: string
}

/**
 * What a group has committed, by partition; those without are absent. Waits until the group has a coordinator that knows it: on a fresh
 * broker that takes a moment.
 */
export async function committedOf(admin: Admin, { topic, group }: Names, partitions: readonly number[]): Promise<Map<number, Committed>> {
  const wanted = { groupId: group, topics: [{ name: topic, partitionIndexes: [...partitions] }] }
  const [found] = await admin.listConsumerGroupOffsets({ groups: [wanted] })
  const known = (found?.topics ?? []).flatMap((one) => one.partitions).filter(({ committedOffset }) => committedOffset >= 0n)
  return new Map(known.map((one) => [one.partitionIndex, { offset: one.committedOffset, metadata: one.metadata ?? '' }]))
}

export interface Move extends Committed {
  readonly topic: string
  readonly partition: number
}

/**
 * Commits as a member. Not by the client's own commit(): that leaves out the metadata, and one that is refused would join the group anew from
 * within, while a join waits for this very commit. Rejects when the group does not take it.
 */
export async function commitAs(member: Consumer, moves: readonly Move[]): Promise<void> {
  const { groupId, generationId, memberId } = member
  const coordinator = (await member.metadata({ topics: [] })).brokers.get(await member.findGroupCoordinator())
  if (!coordinator || memberId === null) throw new Error('The group has no coordinator that is known.')
  const connection = await member.connections.get(coordinator)
  const topics = [...Map.groupBy(moves, ({ topic }) => topic)].map(([name, moves]) => ({ name, partitions: moves.map(partitionOf) }))
  await offsetCommitV8.api.async(connection, groupId, generationId, memberId, null, topics)
}

const partitionOf = ({ partition, offset, metadata }: Move) => ({
  partitionIndex: partition,
  committedOffset: offset,
  committedLeaderEpoch: -1,
  committedMetadata: metadata === '' ? null : metadata,
})
