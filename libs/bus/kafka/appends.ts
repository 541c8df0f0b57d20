import type { Message } from 'kafkajs'
import { partitionOf } from '#domain/partitionOf'
import type { OutRecord, Position } from '../bus'
import { partitionsOf } from '../partitioner'
import { isCompacted } from '../retention'
import { topicName } from './client'
import { Sender, type SenderPorts } from './sender'

export interface AppendPorts extends SenderPorts {
  readonly prefix: string
  /** Rejects where the topic is not as it should be. */
  readonly check: (topic: string) => Promise<void>
}

/** Appends to any topic, by one sender a partition. */
export class Appends {
  private readonly senders = new Map<string, Sender>()

  constructor(private readonly ports: AppendPorts) {}

  /** See Bus.append. */
  async append(topic: string, records: readonly OutRecord[]): Promise<Position[]> {
    if (records.length === 0) return []
    if (isCompacted(topic) && records.some((r) => r.key === undefined)) throw new TypeError(`A record of ${topic} needs a key.`)
    const timestamp = String(this.ports.clock.now())
    const placed = records.map((record) => messageOf(record, partitionOf(record.partitionBy, partitionsOf(topic)), timestamp))
    await this.ports.check(topic)
    const byPartition = Map.groupBy(placed, ({ partition }) => partition)
    const next = new Map<number, bigint>()
    const sending = [...byPartition].map(async ([partition, messages]) => {
      next.set(partition, await this.sender(topic, partition).append(messages))
    })
    await Promise.all(sending)
    return placed.map(({ partition }) => {
      const position = next.get(partition) as bigint
      next.set(partition, position + 1n)
      return { partition, position }
    })
  }

  private sender(topic: string, partition: number): Sender {
    const name = `${topic}/${partition}`
    const known = this.senders.get(name)
    if (known) return known
    const made = new Sender(this.ports, topicName(this.ports.prefix, topic), partition)
    this.senders.set(name, made)
    return made
  }
}

interface Placed extends Message {
  readonly partition: number
}

/** With its bytes as they are now: the caller may write into them again. */
const messageOf = ({ key, value }: OutRecord, partition: number, timestamp: string): Placed => ({
  partition,
  key: key === undefined ? null : Buffer.from(key, 'utf8'),
  value: value && Buffer.from(value),
  timestamp,
})
