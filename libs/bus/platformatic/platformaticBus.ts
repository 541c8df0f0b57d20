import { Admin, Producer } from '@platformatic/kafka'
import type { Bus, Consumer, Follower, OutRecord, Owns, Position } from '../bus'
import { ClusterError } from '../cluster'
import { oneAtATime } from '../crashGuard'
import { Appends } from '../kafka/appends'
import { groupName, topicName } from '../kafka/client'
import type { KafkaBusOptions } from '../kafka/kafkaBus'
import type { Handle } from '../kafka/lane'
import type { Names } from '../kafka/metadata'
import { onceEach } from '../kafka/onceEach'
import { endMs, timingOf, usualSessionMs } from '../kafka/settings'
import { within } from '../kafka/within'
import { Lifetime } from '../lifetime'
import { partitionsOf } from '../partitioner'
import { putAsideOn } from '../poison'
import { connectionOf } from './cluster'
import { faultOf } from './fault'
import { follow } from './follow'
import { checkTopic, committedOf } from './groups'
import { Member, type MemberPorts } from './member'
import { sending } from './sending'
import { adminSettings, producerSettings } from './settings'

/**
 * The bus on Apache Kafka by @platformatic/kafka, on the same topics, groups and conventions as kafkaBus: the one goes on where the other has
 * stopped. Positions are offsets. Topics are made beforehand (../kafka/createTopics.ts). Rejects with a ClusterError when no broker can be
 * reached or none lets us in.
 */
export async function platformaticBus(options: KafkaBusOptions): Promise<Bus> {
  const { clock, report = () => {}, sessionMs = usualSessionMs } = options
  const connection = connectionOf(options)
  const admin = new Admin({ ...adminSettings, ...connection })
  const producer = new Producer({ ...producerSettings, ...connection })
  try {
    await admin.metadata({ topics: [], retries: 5 })
  } catch (error) {
    await Promise.allSettled([producer.close(), admin.close()])
    throw new ClusterError(faultOf(error), options, error)
  }
  return new PlatformaticBus({ cluster: options, admin, clock, report, timing: timingOf(sessionMs) }, producer)
}

class PlatformaticBus implements Bus {
  private readonly appends: Appends
  private readonly prefix: string
  private readonly check: (topic: string) => Promise<void>
  private readonly lifetime = new Lifetime()
  private readonly alone = oneAtATime()

  constructor(
    private readonly ports: MemberPorts,
    private readonly producer: Producer,
  ) {
    const { clock, report, cluster } = ports
    this.prefix = cluster.prefix ?? ''
    this.check = onceEach((topic) => checkTopic(ports.admin, topicName(this.prefix, topic), partitionsOf(topic)))
    this.appends = new Appends({ clock, report, prefix: this.prefix, check: this.check, producer: sending(producer) })
  }

  async append(topic: string, records: readonly OutRecord[]): Promise<Position[]> {
    this.lifetime.mayAppend()
    return this.appends.append(topic, records)
  }

  async consume(topic: string, group: string, handle: Handle, owns?: Owns): Promise<Consumer> {
    this.lifetime.mustBeOpen()
    await this.check(topic)
    const guard = { alone: this.alone, putAside: putAsideOn(this, this.ports.report) }
    const member = new Member(this.ports, { topic, group, names: this.names(topic, group), handle, owns, guard })
    const stop = this.lifetime.stopping(() => member.stop())
    await member.start()
    return { owned: () => member.owned(), stop }
  }

  async follow(topic: string, apply: Handle): Promise<Follower> {
    this.lifetime.mustBeOpen()
    await this.check(topic)
    const follower = await follow(this.ports, topic, topicName(this.prefix, topic), apply)
    return { caughtUp: follower.caughtUp, stop: this.lifetime.stopping(follower.stop) }
  }

  async committed(topic: string, group: string): Promise<ReadonlyMap<number, bigint>> {
    this.lifetime.mustBeOpen()
    const partitions = [...Array(partitionsOf(topic)).keys()]
    const next = await committedOf(this.ports.admin, this.names(topic, group), partitions)
    return new Map([...next].filter(([, { offset }]) => offset > 0n).map(([partition, { offset }]) => [partition, offset - 1n]))
  }

  close(): Promise<void> {
    const ends = () => [this.producer, this.ports.admin].map((client) => client.close().catch(() => {}))
    return this.lifetime.end(() => within(this.ports.clock, endMs, Promise.all(ends())))
  }

  private names(topic: string, group: string): Names {
    return { topic: topicName(this.prefix, topic), group: groupName(this.prefix, topic, group) }
  }
}
