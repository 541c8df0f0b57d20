import { type Producer, ProduceAcks } from '@platformatic/kafka'
import { CompressionTypes, type Message } from 'kafkajs'
import type { SenderPorts } from '../kafka/sender'

/** What the sender needs of a producer (its words are kafkajs's). */
export const sending = (producer: Producer): SenderPorts['producer'] => ({
  send: async ({ topic, messages, compression }) => {
    const { offsets = [] } = await producer.send({
      messages: messages.map((message) => messageOf(topic, message)),
      acks: ProduceAcks.ALL,
      compression: compression === CompressionTypes.ZSTD ? 'zstd' : 'none',
    })
    return offsets.map(({ topic, partition, offset }) => ({ topicName: topic, partition, errorCode: 0, baseOffset: String(offset) }))
  },
})

/** A value of null is a tombstone for both. */
const messageOf = (topic: string, { partition, key, value, timestamp }: Message) => ({
  topic,
  partition,
  key: (key ?? undefined) as Buffer | undefined,
  value: value as Buffer,
  timestamp: BigInt(timestamp as string),
})
