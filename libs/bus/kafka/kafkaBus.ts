import type { Producer } from 'kafkajs'
import type { Clock } from '#domain/ports'
import type { Bus, Consumer, Follower, OutRecord, Owns, Position } from '../bus'
import type { Cluster } from '../cluster'
import { oneAtATime } from '../crashGuard'
import { Lifetime } from '../lifetime'
import { partitionsOf } from '../partitioner'
import { putAsideOn } from '../poison'
import { Appends } from './appends'
import { groupName, kafkaClient, topicName } from './client'
import { connected } from './connected'
import type { KafkaReport } from './events'
import { follow } from './follow'
import type { Handle } from './lane'
import { onceEach } from './onceEach'
import { Reader, type ReaderPorts } from './reader'
import { endMs, producerSettings, timingOf, usualSessionMs } from './settings'
import { checkTopic } from './topicCheck'
import { within } from './within'

export interface KafkaBusOptions extends Cluster {
  readonly clock: Clock
  /** `fatal` must end the process. */
  readonly report?: KafkaReport
  /** After so many milliseconds of silence its partitions go to others; 10 s unless said otherwise. */
  readonly sessionMs?: number
}

/**
 * The bus on Apache Kafka by kafkajs: to scale out. Positions are offsets. Topics are made beforehand (createTopics.ts). Rejects with a
 * ClusterError when no broker can be reached or none lets us in.
 */
export async function kafkaBus(options: KafkaBusOptions): Promise<Bus> {
  const { clock, report = () => {}, prefix = '', sessionMs = usualSessionMs } = options
  const kafka = kafkaClient(options, report)
  const producer = kafka.producer({
    ...producerSettings,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition as number,
  })
  const admin = kafka.admin()
  await connected(options, producer, admin)
  return new KafkaBus({ kafka, admin, clock, report, timing: timingOf(sessionMs) }, producer, prefix)
}

class KafkaBus implements Bus {
  private readonly appends: Appends
  private readonly check: (topic: string) => Promise<void>
  private readonly lifetime = new Lifetime()
  private readonly alone = oneAtATime()

  constructor(
    private readonly ports: ReaderPorts,
    private readonly producer: Producer,
    private readonly prefix: string,
  ) {
    const { clock, report } = ports
    this.check = onceEach((topic) => checkTopic(ports.admin, topicName(prefix, topic), partitionsOf(topic)))
    this.appends = new Appends({ producer, clock, report, prefix, check: this.check })
  }

  async append(topic: string, records: readonly OutRecord[]): Promise<Position[]> {
    this.lifetime.mayAppend()
    return this.appends.append(topic, records)
  }

  async consume(topic: string, group: string, handle: Handle, owns?: Owns): Promise<Consumer> {
    this.lifetime.mustBeOpen()
    await this.check(topic)
    const names = { topic: topicName(this.prefix, topic), group: groupName(this.prefix, topic, group) }
    const guard = { alone: this.alone, putAside: putAsideOn(this, this.ports.report) }
    const reader = new Reader(this.ports, { topic, group, names, handle, owns, guard })
    const stop = this.lifetime.stopping(() => reader.stop())
    await reader.start().catch(failing(stop))
    return { owned: () => reader.owned(), stop }
  }

  async follow(topic: string, apply: Handle): Promise<Follower> {
    this.lifetime.mustBeOpen()
    await this.check(topic)
    const { prefix } = this
    const follower = await follow({ ...this.ports, prefix }, topic, topicName(prefix, topic), apply)
    return { caughtUp: follower.caughtUp, stop: this.lifetime.stopping(follower.stop) }
  }

  async committed(topic: string, group: string): Promise<ReadonlyMap<number, bigint>> {
    this.lifetime.mustBeOpen()
    const groupId = groupName(this.prefix, topic, group)
    const [found] = await this.ports.admin.fetchOffsets({ groupId, topics: [topicName(this.prefix, topic)] })
    // Kafka's is the offset that comes next, and below 0 where there is none.
    const next = (found?.partitions ?? []).map(({ partition, offset }) => [partition, BigInt(offset)] as const)
    return new Map(next.filter(([, offset]) => offset > 0n).map(([partition, offset]) => [partition, offset - 1n]))
  }

  close(): Promise<void> {
    const ends = () => [this.producer, this.ports.admin].map((client) => client.disconnect().catch(() => {}))
    return this.lifetime.end(() => within(this.ports.clock, endMs, Promise.all(ends())))
  }
}

const failing = (stop: () => Promise<void>) => async (error: unknown) => {
  await stop()
  throw error
}
