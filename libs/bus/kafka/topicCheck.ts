import type { Admin } from 'kafkajs'

/** Order and positions depend on the number of partitions: throws when the topic is missing or has another one. */
export async function checkTopic(admin: Admin, name: string, partitions: number): Promise<void> {
  const found = await partitionsIn(admin, name)
  if (found === partitions) return
  if (found === undefined) throw new Error(`Kafka has no topic ${name}: make the topics first, by the command topics.`)
  throw new Error(`The topic ${name} has ${found} partitions and needs ${partitions}.`)
}

/** Undefined where there is no such topic. */
export async function partitionsIn(admin: Admin, name: string): Promise<number | undefined> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] })
    return topics[0]?.partitions.length
  } catch (error) {
    if (isUnknownTopic(error)) return undefined
    throw error
  }
}

const isUnknownTopic = (error: unknown): boolean => {
  const { type, cause } = error as { type?: string; cause?: unknown }
  return type === 'UNKNOWN_TOPIC_OR_PARTITION' || (cause !== undefined && isUnknownTopic(cause))
}
