import type { Consumer as Client, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'
import type { Clock } from '#domain/ports'
import type { InRecord } from '../bus'
import { type CommitPorts, Commits } from './commits'
import { Crashes } from './crashes'
import type { KafkaReport } from './events'
import { type Handle, Lane } from './lane'
import { consumerSettings, drainMs, endMs } from './settings'
import { within } from './within'

export interface ReaderPorts {
  readonly kafka: Kafka
  readonly clock: Clock
  readonly report: KafkaReport
}

export interface Reading {
  readonly topic: string
  /** '' for a follower. */
  readonly group: string
  /** As they are called in the cluster. */
  readonly names: { readonly topic: string; readonly group: string }
  readonly handle: Handle
  readonly commits: boolean
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

  constructor(
    private readonly ports: ReaderPorts,
    private readonly reading: Reading,
  ) {
    this.crashes = new Crashes(ports.clock)
    const write: CommitPorts['write'] = async (offsets) => this.client?.commitOffsets(offsets)
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
    if (this.reading.commits) this.commits.start()
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
    const client = this.ports.kafka.consumer({ ...consumerSettings, groupId: group })
    this.client = client
    const { GROUP_JOIN, REBALANCING, COMMIT_OFFSETS, CRASH } = client.events
    client.on(GROUP_JOIN, ({ payload }) => this.client === client && this.assign(payload.memberAssignment[topic] ?? []))
    client.on(REBALANCING, () => this.surrender())
    client.on(COMMIT_OFFSETS, (event) => this.commits.note(event))
    client.on(CRASH, ({ payload }) => this.client === client && this.crashed(payload.error, payload.restart))
    await client.connect()
    await client.subscribe({ topic, fromBeginning: true })
    await client.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: this.take })
  }

  private assign(partitions: readonly number[]): void {
    for (const [partition, lane] of this.lanes) {
      void lane.stop()
      this.earlier.set(partition, lane)
    }
    if (this.stopping.signal.aborted) {
      this.lanes = new Map([...this.lanes].filter(([partition]) => partitions.includes(partition)))
    } else {
      this.lanes = new Map(partitions.map((partition) => [partition, this.lane(partition)]))
    }
    this.joined.resolve()
  }

  private lane(partition: number): Lane {
    const { topic, group, handle } = this.reading
    return new Lane({ topic, group, partition }, handle, this.ports, this.earlier.get(partition))
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
    const resting = Promise.all([...this.lanes.values()].map((lane) => lane.stop()))
    await within(this.ports.clock, drainMs, resting)
    if (this.reading.commits) await this.commits.now()
  }

  private async crashed(error: Error, restarts: boolean): Promise<void> {
    for (const lane of this.lanes.values()) void lane.stop()
    if (this.stopping.signal.aborted) return
    const { topic, group } = this.reading
    const tooOften = !restarts && this.crashes.isTooOften()
    this.ports.report({ kind: 'crash', topic, group, error, rebuilt: !restarts && !tooOften })
    if (tooOften) this.ports.report({ kind: 'fatal', topic, group, error })
    else if (!restarts) await this.rebuild()
  }

  private async rebuild(): Promise<void> {
    const { clock, report } = this.ports
    while (!this.stopping.signal.aborted) {
      await this.discard()
      await within(clock, rebuildMs, aborted(this.stopping.signal))
      if (this.stopping.signal.aborted) return
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
    this.commits.stop()
    await Promise.all([...this.lanes.values(), ...this.earlier.values()].map((lane) => lane.stop()))
    if (this.reading.commits) await within(this.ports.clock, endMs, this.commits.now())
    this.lanes = new Map()
    await this.discard()
  }
}

const rebuildMs = 1000

const aborted = (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))

const inRecord = (partition: number, { offset, key, value, timestamp }: KafkaMessage): InRecord => ({
  partition,
  position: BigInt(offset),
  key: key?.toString('utf8'),
  value,
  appendedAt: Number(timestamp),
})

/** As kafkajs sees it: then the member joins anew. */
const isRebalance = (error: unknown): boolean =>
  ['REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP', 'ILLEGAL_GENERATION'].includes((error as { type?: string }).type ?? '')
