import { Admin, Producer } from '@platformatic/kafka'
import type { Bus, Consumer, Follower, OutRecord, Owns, Position } from '../bus'
import { ClusterError } from '../cluster'
import { oneAtATime } from '../crashGuard'
import { Appends } from '../kafka/appends'
import { groupName, topicName } from '../kafka/client'
import type { KafkaBusOptions } from '../kafka/kafkaBus'
import type { Handle } from '../kafka/lane'
import type { Names } from '../kafka/metadata'
import { endMs, timingOf, usualSessionMs } from '../kafka/settings'
import { within } from '../kafka/within'
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
  private readonly checked = new Map<string, Promise<void>>()
  /** How to stop what was started and is not stopped yet. */
  private readonly stops = new Set<() => Promise<void>>()
  private readonly alone = oneAtATime()
  private state: 'open' | 'closing' | 'closed' = 'open'

  constructor(
    private readonly ports: MemberPorts,
    private readonly producer: Producer,
  ) {
    const { clock, report, cluster } = ports
    this.prefix = cluster.prefix ?? ''
    const check = (topic: string) => this.check(topic)
    this.appends = new Appends({ clock, report, prefix: this.prefix, check, producer: sending(producer) })
  }

  async append(topic: string, records: readonly OutRecord[]): Promise<Position[]> {
    // Open while closing: handlers that are still running write what they conclude.
    if (this.state === 'closed') throw new Error('The bus is closed.')
    return this.appends.append(topic, records)
  }

  async consume(topic: string, group: string, handle: Handle, owns?: Owns): Promise<Consumer> {
    this.mustBeOpen()
    await this.check(topic)
    const guard = { alone: this.alone, putAside: putAsideOn(this, this.ports.report) }
    const member = new Member(this.ports, { topic, group, names: this.names(topic, group), handle, owns, guard })
    const stop = this.stopping(() => member.stop())
    await member.start()
    return { owned: () => member.owned(), stop }
  }

  async follow(topic: string, apply: Handle): Promise<Follower> {
    this.mustBeOpen()
    await this.check(topic)
    const follower = await follow(this.ports, topic, topicName(this.prefix, topic), apply)
    return { caughtUp: follower.caughtUp, stop: this.stopping(follower.stop) }
  }

  async committed(topic: string, group: string): Promise<ReadonlyMap<number, bigint>> {
    this.mustBeOpen()
    const partitions = [...Array(partitionsOf(topic)).keys()]
    const next = await committedOf(this.ports.admin, this.names(topic, group), partitions)
    return new Map([...next].filter(([, { offset }]) => offset > 0n).map(([partition, { offset }]) => [partition, offset - 1n]))
  }

  async close(): Promise<void> {
    if (this.state !== 'open') return
    this.state = 'closing'
    await Promise.all([...this.stops].map((stop) => stop()))
    this.state = 'closed'
    const ends = [this.producer, this.ports.admin].map((client) => client.close().catch(() => {}))
    await within(this.ports.clock, endMs, Promise.all(ends))
  }

  /** Once a topic; again when it failed. */
  private check(topic: string): Promise<void> {
    const known = this.checked.get(topic)
    if (known) return known
    const checking = checkTopic(this.ports.admin, topicName(this.prefix, topic), partitionsOf(topic))
    this.checked.set(topic, checking)
    checking.catch(() => this.checked.delete(topic))
    return checking
  }

  private names(topic: string, group: string): Names {
    return { topic: topicName(this.prefix, topic), group: groupName(this.prefix, topic, group) }
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
