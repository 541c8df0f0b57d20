import type { Admin, Consumer as Client, EachBatchPayload, Kafka } from 'kafkajs'
import type { Clock } from '#domain/ports'
import type { Owns } from '../bus'
import { type CommitPorts, Commits } from './commits'
import { Crashes } from './crashes'
import type { KafkaReport } from './events'
import { type Guarding, type Handle, Lane } from './lane'
import { Membership } from './membership'
import { inRecord, isRebalance } from './received'
import { type Names, metadataOf } from './metadata'
import { type GroupTiming, consumerSettings, endMs } from './settings'
import { within } from './within'

export interface ReaderPorts {
  readonly kafka: Kafka
  readonly admin: Admin
  readonly clock: Clock
  readonly report: KafkaReport
  readonly timing: GroupTiming
}

export interface Reading {
  readonly topic: string
  /** '' for a follower. */
  readonly group: string
  readonly names: Names
  readonly handle: Handle
  readonly owns?: Owns
  /** Undefined for a follower: it commits nothing. */
  readonly guard?: Pick<Guarding, 'alone' | 'putAside'>
}

/**
 * One member of a consumer group. Rules of concurrency: kafkajs' own loop only fetches into lanes (lane.ts) and keeps the heartbeat; the
 * lanes call the handler; a ticker commits what is done. Before the member joins anew, the lanes come to rest and their positions are
 * committed, so that the next owner begins where this one ended. Nothing a handler does can stop the loop.
 */
export class Reader {
  private client: Client | undefined
  private lanes: ReadonlyMap<number, Lane> = new Map()
  private readonly earlier = new Map<number, Lane>()
  private readonly crashes: Crashes
  private readonly joined = Promise.withResolvers<void>()
  private readonly stopping = new AbortController()
  private stopped: Promise<void> | undefined
  private readonly commits: Commits
  private readonly membership: Membership
  private round = 0
  /** Has given its lanes up, and not joined since. */
  private isSurrendered = false

  constructor(
    private readonly ports: ReaderPorts,
    private readonly reading: Reading,
  ) {
    this.crashes = new Crashes(ports.clock)
    const write: CommitPorts['write'] = async (offsets) => this.client?.commitOffsets(offsets)
    this.membership = new Membership(ports.clock, reading.owns, ports.timing.sessionTimeout, () => this.lost())
    this.commits = new Commits({ ...ports, lanes: () => this.lanes, write }, reading.names.topic)
  }

  /** Resolves when the member has joined; rejects when no broker can be reached. */
  async start(): Promise<void> {
    try {
      await this.connect()
    } catch (error) {
      await this.stop()
      throw error
    }
    if (this.reading.guard) this.commits.start()
    await this.joined.promise
  }

  owned(): number[] {
    return [...this.lanes.keys()]
  }

  stop(): Promise<void> {
    return (this.stopped ??= this.leave())
  }

  private async connect(): Promise<void> {
    const { topic, group } = this.reading.names
    const { drainMs: _, ...timing } = this.ports.timing
    const client = this.ports.kafka.consumer({ ...consumerSettings, ...timing, groupId: group })
    this.client = client
    const { GROUP_JOIN, HEARTBEAT, REBALANCING, COMMIT_OFFSETS, CRASH } = client.events
    client.on(GROUP_JOIN, ({ payload }) => this.client === client && this.assign(payload.memberAssignment[topic] ?? []))
    client.on(HEARTBEAT, () => this.client === client && this.heard())
    client.on(REBALANCING, () => this.surrender())
    client.on(COMMIT_OFFSETS, (event) => this.commits.note(event))
    client.on(CRASH, ({ payload }) => this.client === client && this.crashed(payload.error, payload.restart))
    await client.connect()
    await client.subscribe({ topic, fromBeginning: true })
    await client.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: this.take })
  }

  private assign(partitions: readonly number[]): void {
    this.isSurrendered = false
    for (const [partition, lane] of this.lanes) {
      void lane.stop()
      this.earlier.set(partition, lane)
    }
    if (this.stopping.signal.aborted) {
      this.lanes = new Map([...this.lanes].filter(([partition]) => partitions.includes(partition)))
    } else {
      const guarding = this.guarding()
      this.lanes = new Map(partitions.map((partition) => [partition, this.lane(partition, guarding)]))
      this.membership.joined(partitions)
    }
    this.joined.resolve()
  }

  private guarding(): Guarding | undefined {
    const { clock, admin } = this.ports
    const { guard, names } = this.reading
    return guard && { ...guard, commit: () => this.commits.now(), read: metadataOf(clock, admin, names) }
  }

  private lane(partition: number, guarding: Guarding | undefined): Lane {
    const { topic, group, handle } = this.reading
    return new Lane({ topic, group, partition }, handle, this.ports, this.earlier.get(partition), guarding)
  }

  /** Resolved before the heartbeat: whatever that says, the batch is not fetched again. */
  private readonly take = async ({ batch, resolveOffset, heartbeat, pause }: EachBatchPayload): Promise<void> => {
    const { partition } = batch
    const records = batch.messages.map((message) => inRecord(partition, message))
    this.lanes.get(partition)?.push(records, pause)
    resolveOffset(batch.lastOffset())
    try {
      await heartbeat()
    } catch (error) {
      if (!isRebalance(error)) return
      await this.surrender()
      throw error
    }
  }

  /** All come to rest, as far as they do in time, and what they have done is committed. */
  private async surrender(): Promise<void> {
    this.isSurrendered = true
    const lanes = [...this.lanes.values()]
    // At once, as kafkajs joins anew meanwhile when nobody waits for this.
    for (const lane of lanes) lane.forget()
    if (this.reading.guard) void this.commits.now()
    const resting = Promise.all(lanes.map((lane) => lane.stop()))
    await within(this.ports.clock, this.ports.timing.drainMs, resting)
    if (this.reading.guard) await this.commits.now()
  }

  private async crashed(error: Error, restarts: boolean): Promise<void> {
    for (const lane of this.lanes.values()) void lane.stop()
    this.membership.out()
    if (this.stopping.signal.aborted) return
    const { topic, group } = this.reading
    const tooOften = !restarts && this.crashes.isTooOften()
    this.ports.report({ kind: 'crash', topic, group, error, rebuilt: !restarts && !tooOften })
    if (tooOften) this.ports.report({ kind: 'fatal', topic, group, error })
    else if (!restarts) await this.rebuild()
  }

  /**
   * kafkajs forgets that it has to join anew when, at the same moment, another broker comes or goes: it fetches on, the coordinator is back
   * and content, and the lanes are at rest for ever.
   */
  private heard(): void {
    if (this.isSurrendered) this.lost()
    else this.membership.heard()
  }

  /** By no crash of its own: what kafkajs is waiting for does not come. */
  private lost(): void {
    this.isSurrendered = false
    for (const lane of this.lanes.values()) void lane.stop()
    const { topic, group } = this.reading
    const error = new Error('The group has not answered, or has not been joined anew, as it should have been.')
    this.ports.report({ kind: 'crash', topic, group, error, rebuilt: true })
    void this.rebuild()
  }

  /** A later one takes over from one that is stuck. */
  private async rebuild(): Promise<void> {
    const { clock, report } = this.ports
    const round = ++this.round
    while (!this.stopping.signal.aborted && round === this.round) {
      this.membership.out()
      await this.discard()
      await within(clock, rebuildMs, aborted(this.stopping.signal))
      if (this.stopping.signal.aborted || round !== this.round) return
      try {
        return await this.connect()
      } catch (error) {
        report({ kind: 'crash', topic: this.reading.topic, group: this.reading.group, error, rebuilt: true })
      }
    }
  }

  private async discard(): Promise<void> {
    const client = this.client
    this.client = undefined
    if (client)
      await within(
        this.ports.clock,
        endMs,
        client.disconnect().catch(() => {}),
      )
  }

  private async leave(): Promise<void> {
    this.stopping.abort()
    this.membership.end()
    this.commits.stop()
    await Promise.all([...this.lanes.values(), ...this.earlier.values()].map((lane) => lane.stop()))
    if (this.reading.guard) await within(this.ports.clock, endMs, this.commits.now())
    this.lanes = new Map()
    await this.discard()
  }
}

const rebuildMs = 1000

const aborted = (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
