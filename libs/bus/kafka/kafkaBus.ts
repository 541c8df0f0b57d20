import type { Admin, Message, Producer } from 'kafkajs'
import { partitionOf } from '#domain/partitionOf'
import type { Clock } from '#domain/ports'
import type { Bus, Consumer, Follower, OutRecord, Position } from '../bus'
import { partitionsOf } from '../partitioner'
import { isCompacted } from '../retention'
import { type Cluster, groupName, kafkaClient, topicName } from './client'
import type { KafkaReport } from './events'
import { follow } from './follow'
import type { Handle } from './lane'
import { Reader, type ReaderPorts } from './reader'
import { Sender } from './sender'
import { endMs, producerSettings } from './settings'
import { checkTopic } from './topicCheck'
import { within } from './within'

export interface KafkaBusOptions extends Cluster {
  readonly clock: Clock
  /** `fatal` must end the process. */
  readonly report?: KafkaReport
}

/**
 * The bus on Apache Kafka by kafkajs: to scale out. Positions are offsets. Topics are made beforehand (createTopics.ts). Rejects when no
 * broker can be reached.
 */
export async function kafkaBus(options: KafkaBusOptions): Promise<Bus> {
  const { clock, report = () => {}, prefix = '' } = options
  const kafka = kafkaClient(options, report)
  const producer = kafka.producer({
    ...producerSettings,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition as number,
  })
  const admin = kafka.admin()
  try {
    await Promise.all([producer.connect(), admin.connect()])
  } catch (error) {
    await Promise.allSettled([producer.disconnect(), admin.disconnect()])
    throw error
  }
  return new KafkaBus({ kafka, clock, report }, producer, admin, prefix)
}

class KafkaBus implements Bus {
  private readonly senders = new Map<string, Sender>()
  private readonly checked = new Map<string, Promise<void>>()
  /** How to stop what was started and is not stopped yet. */
  private readonly stops = new Set<() => Promise<void>>()
  private state: 'open' | 'closing' | 'closed' = 'open'

  constructor(
    private readonly ports: ReaderPorts,
    private readonly producer: Producer,
    private readonly admin: Admin,
    private readonly prefix: string,
  ) {}

  async append(topic: string, records: readonly OutRecord[]): Promise<Position[]> {
    // Open while closing: handlers that are still running write what they conclude.
    if (this.state === 'closed') throw new Error('The bus is closed.')
    if (records.length === 0) return []
    if (isCompacted(topic) && records.some((r) => r.key === undefined)) throw new TypeError(`A record of ${topic} needs a key.`)
    const timestamp = String(this.ports.clock.now())
    const placed = records.map((record) => messageOf(record, partitionOf(record.partitionBy, partitionsOf(topic)), timestamp))
    await this.check(topic)
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

  async consume(topic: string, group: string, handle: Handle): Promise<Consumer> {
    this.mustBeOpen()
    await this.check(topic)
    const names = { topic: topicName(this.prefix, topic), group: groupName(this.prefix, topic, group) }
    const reader = new Reader(this.ports, { topic, group, names, handle, commits: true })
    const stop = this.stopping(() => reader.stop())
    await reader.start().catch(failing(stop))
    return { owned: () => reader.owned(), stop }
  }

  async follow(topic: string, apply: Handle): Promise<Follower> {
    this.mustBeOpen()
    await this.check(topic)
    const { admin, prefix } = this
    const follower = await follow({ ...this.ports, admin, prefix }, topic, topicName(prefix, topic), apply)
    return { caughtUp: follower.caughtUp, stop: this.stopping(follower.stop) }
  }

  async committed(topic: string, group: string): Promise<ReadonlyMap<number, bigint>> {
    this.mustBeOpen()
    const groupId = groupName(this.prefix, topic, group)
    const [found] = await this.admin.fetchOffsets({ groupId, topics: [topicName(this.prefix, topic)] })
    // Kafka's is the offset that comes next, and below 0 where there is none.
    const next = (found?.partitions ?? []).map(({ partition, offset }) => [partition, BigInt(offset)] as const)
    return new Map(next.filter(([, offset]) => offset > 0n).map(([partition, offset]) => [partition, offset - 1n]))
  }

  async close(): Promise<void> {
    if (this.state !== 'open') return
    this.state = 'closing'
    await Promise.all([...this.stops].map((stop) => stop()))
    this.state = 'closed'
    const ends = [this.producer, this.admin].map((client) => client.disconnect().catch(() => {}))
    await within(this.ports.clock, endMs, Promise.all(ends))
  }

  private sender(topic: string, partition: number): Sender {
    const name = `${topic}/${partition}`
    const known = this.senders.get(name)
    if (known) return known
    const { clock, report } = this.ports
    const made = new Sender({ producer: this.producer, clock, report }, topicName(this.prefix, topic), partition)
    this.senders.set(name, made)
    return made
  }

  /** Once a topic; again when it failed. */
  private check(topic: string): Promise<void> {
    const known = this.checked.get(topic)
    if (known) return known
    const checking = checkTopic(this.admin, topicName(this.prefix, topic), partitionsOf(topic))
    this.checked.set(topic, checking)
    checking.catch(() => this.checked.delete(topic))
    return checking
  }

  private stopping(stop: () => Promise<void>): () => Promise<void> {
    let stopped: Promise<void> | undefined
    const once = () => (stopped ??= stop().finally(() => this.stops.delete(once)))
    this.stops.add(once)
    return once
  }

  private mustBeOpen(): void {
    if (this.state !== 'open') throw new Error('The bus is closed.')
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

const failing = (stop: () => Promise<void>) => async (error: unknown) => {
  await stop()
  throw error
}
