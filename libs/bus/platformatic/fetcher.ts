import { Consumer, ListOffsetTimestamps, NetworkError, type fetchV17 } from '@platformatic/kafka'
import type { Clock } from '#domain/ports'
import type { InRecord } from '../bus'
import type { Cluster } from '../cluster'
import { endMs } from '../kafka/settings'
import { within } from '../kafka/within'
import { connectionOf } from './cluster'
import { fetchedOf } from './fetched'
import { fetchSettings, fetcherSettings, partitionBytes } from './settings'

export interface FetcherPorts {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly take: Take
  readonly failed: (error: unknown) => void
}

/** Gets what was fetched of a partition; `next` is where it goes on. `pause` halts the partition until what it gives back is called. */
export type Take = (partition: number, records: readonly InRecord[], next: bigint, pause: () => () => void) => void

export interface Bounds {
  readonly partition: number
  readonly start: bigint
  readonly end: bigint
}

/**
 * Fetches the partitions that it is aimed at, of one topic, from all their leaders side by side. Rules of concurrency: one request at a time
 * to each broker, since requests to a broker are steps of one session; what comes for a partition that is wanted from another offset
 * meanwhile is left out. Errors end a request, never the fetching.
 */
export class Fetcher {
  private readonly client: Consumer
  /** Where each wanted partition goes on. */
  private next = new Map<number, bigint>()
  private paused = new Set<number>()
  private readonly asked = new Set<number>()
  private awake = Promise.withResolvers<void>()
  private stopped = false

  constructor(
    private readonly ports: FetcherPorts,
    /** As they are called in the cluster; nothing joins the group. */
    private readonly topic: string,
    groupId: string,
  ) {
    this.client = new Consumer({ ...fetcherSettings, ...connectionOf(ports.cluster), groupId })
    this.client.topics.track(topic)
    void this.run()
  }

  /** From now on these partitions, from these offsets, and no others. What is gone there is skipped. */
  aim(next: ReadonlyMap<number, bigint>): void {
    this.next = new Map(next)
    this.paused = new Set()
    this.awake.resolve()
  }

  /** Offset of the oldest record of each partition, and the one that comes next. */
  async bounds(): Promise<Bounds[]> {
    const list = async (timestamp: bigint) => (await this.client.listOffsets({ topics: [this.topic], timestamp })).get(this.topic) ?? []
    const [starts, ends] = await Promise.all([list(ListOffsetTimestamps.EARLIEST), list(ListOffsetTimestamps.LATEST)])
    return starts.map((start, partition) => ({ partition, start, end: ends[partition] as bigint }))
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.aim(new Map())
    const closing = this.client.close(true).catch(() => {})
    await within(this.ports.clock, endMs, closing)
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.awake = Promise.withResolvers()
      try {
        await this.askAll()
      } catch (error) {
        await this.fail(error)
        continue
      }
      await this.awake.promise
    }
  }

  private async askAll(): Promise<void> {
    const wanted = [...this.next.keys()].filter((partition) => !this.paused.has(partition))
    if (wanted.length === 0) return
    const topic = (await this.client.metadata({ topics: [this.topic] })).topics.get(this.topic)
    if (!topic) throw new NetworkError(`The cluster does not tell of ${this.topic}.`)
    for (const [node, partitions] of Map.groupBy(wanted, (partition) => topic.partitions[partition]?.leader ?? -1))
      if (!this.asked.has(node)) void this.ask(node, topic.id, partitions)
  }

  private async ask(node: number, topicId: string, partitions: readonly number[]): Promise<void> {
    this.asked.add(node)
    const from = new Map(partitions.map((partition) => [partition, this.next.get(partition) as bigint]))
    try {
      const wanted = [...from].map(([partition, fetchOffset]) => wantedOf(partition, fetchOffset))
      this.receive(await this.client.fetch({ ...fetchSettings, node, topics: [{ topicId, partitions: wanted }] }), from)
    } catch (error) {
      await this.recover(error, from)
    } finally {
      this.asked.delete(node)
      this.awake.resolve()
    }
  }

  private receive({ responses }: fetchV17.FetchResponse, from: ReadonlyMap<number, bigint>): void {
    for (const part of responses.flatMap(({ partitions }) => partitions)) {
      const wanted = from.get(part.partitionIndex)
      if (part.errorCode !== 0 || wanted === undefined) continue
      const { records, next } = fetchedOf(part, wanted)
      this.advance(part.partitionIndex, wanted, records, next)
    }
  }

  private advance(partition: number, from: bigint, records: readonly InRecord[], to: bigint): void {
    if (this.next.get(partition) !== from || to === from) return
    this.next.set(partition, to)
    const { paused } = this
    this.ports.take(partition, records, to, () => {
      paused.add(partition)
      return () => {
        paused.delete(partition)
        this.awake.resolve()
      }
    })
  }

  /** One partition's error makes an error of the whole answer: what it holds of the others is taken. */
  private async recover(error: unknown, from: ReadonlyMap<number, bigint>): Promise<void> {
    if (this.stopped) return
    const response = responseOf(error)
    try {
      if (response) this.receive(response, from)
      const gone = partitionsWith(response, offsetOutOfRange)
      if (gone.length === 0) throw error
      await this.skip(gone, from)
    } catch (failure) {
      await this.fail(failure)
    }
  }

  /** What was wanted is not there any more: on with the oldest that is. */
  private async skip(partitions: readonly number[], from: ReadonlyMap<number, bigint>): Promise<void> {
    for (const { partition, start } of await this.bounds())
      if (partitions.includes(partition)) this.advance(partition, from.get(partition) as bigint, [], start)
  }

  private async fail(error: unknown): Promise<void> {
    if (this.stopped) return
    this.ports.failed(error)
    this.client.clearMetadata()
    await this.ports.clock.sleep(pauseMs)
  }
}

const wantedOf = (partition: number, fetchOffset: bigint) => ({
  partition,
  fetchOffset,
  partitionMaxBytes: partitionBytes,
  currentLeaderEpoch: -1,
  lastFetchedEpoch: -1,
})

const responseOf = (error: unknown): fetchV17.FetchResponse | undefined => {
  const found = error as { response?: fetchV17.FetchResponse; errors?: unknown[] }
  return found.response ?? found.errors?.map(responseOf).findLast((response) => response !== undefined)
}

const partitionsWith = (response: fetchV17.FetchResponse | undefined, code: number): number[] =>
  (response?.responses ?? []).flatMap(({ partitions }) => partitions.filter((p) => p.errorCode === code).map((p) => p.partitionIndex))

const offsetOutOfRange = 1
const pauseMs = 200
