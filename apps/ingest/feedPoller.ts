import { observations as observationsTopic } from '#bus/topics'
import { publish } from '#bus/typed'
import { NetError } from '#domain/ports'
import type { Network } from '#gtfs/network'
import type { Snapshot } from '#gtfs/snapshot'
import { Snapshots } from '#gtfs/snapshots'
import type { Vehicles } from '#gtfs/vehicles'
import type { FeedSettings } from '#service/settings'
import { type Answer, answerOf, answerOfError } from './feedAnswer'
import type { LinesTopic } from './linesTopic'
import { publishFailures, takeSeconds } from './metrics'
import { observe } from './observe'
import type { IngestPorts } from './ports'
import { validatorsOf } from './timetableSource'
import { pause } from './pause'

export interface PollerOptions {
  readonly operator: string
  readonly feed: FeedSettings
  readonly trust: 'own' | 'foreign'
  readonly vehicles: Vehicles
  readonly lines: LinesTopic
}

const longestPauseMs = 120_000
/** A failing feed is looked at again after at most so many of its own intervals, so that one of 2 s is back soon after an outage. */
const longestIntervals = 10
const shortestCapMs = 10_000
const publishRetryMs = 1000
const leaseSlackMs = 15_000

/**
 * Polls one feed while it holds the feed's lease. One request is in flight at a time. A snapshot counts as taken when its observations are
 * durable: until then they are published again, before anything newer is fetched, so that what the feed's state has moved past is never
 * missing in the topic. Whoever gets the lease next tells everything afresh under a new epoch; frames of the old one are dropped.
 */
export class FeedPoller {
  private snapshots: Snapshots | undefined
  private network: Network | undefined
  private pending: Snapshot | undefined
  private validators: Record<string, string> = {}
  private failures = 0
  private retryAfterMs = 0
  private savedShown = 0
  private readonly holder: string

  constructor(
    private readonly options: PollerOptions,
    private readonly ports: IngestPorts,
  ) {
    this.holder = ports.random.bytes(12).toString('hex')
  }

  /** The timetable to join with; frames of whole lines follow with the next poll. */
  use(network: Network): void {
    this.network = network
    this.snapshots?.swap(network)
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.ports
    while (!signal.aborted) {
      const began = clock.elapsed()
      const pauseMs = await this.poll(signal).catch((error: unknown) => this.broken(error))
      await pause(clock, Math.max(0, pauseMs - (clock.elapsed() - began)), signal)
    }
    await this.ports.store.state.release(this.leaseName, this.holder).catch(() => undefined)
  }

  /** One poll; returns after how long, counted from its start, the next is due. Rejects when bus or store are down. */
  async poll(signal: AbortSignal): Promise<number> {
    const epoch = await this.leased()
    if (epoch === undefined) return this.standBy()
    await this.prepare(epoch)
    if (!this.pending) await this.fetch(signal)
    if (this.pending) await this.tell(this.pending)
    return this.pauseMs()
  }

  private get leaseName(): string {
    return `feed/${this.options.operator}/${this.options.feed.id}`
  }

  private get shownKey(): string {
    return `shown/${this.options.operator}/${this.options.feed.id}`
  }

  private async leased(): Promise<number | undefined> {
    const ttlMs = this.pauseMs() + this.options.feed.timeoutMs + leaseSlackMs
    const lease = await this.ports.store.state.lease(this.leaseName, this.holder, ttlMs, this.ports.clock.now())
    return lease?.epoch
  }

  /** Somebody else polls: what is known here grows old. */
  private standBy(): number {
    this.snapshots = undefined
    this.pending = undefined
    return Math.min(this.options.feed.everyMs, longestPauseMs)
  }

  private async prepare(epoch: number): Promise<void> {
    if (this.snapshots?.currentEpoch === epoch) return
    const { operator, feed, vehicles } = this.options
    const [shown] = await this.ports.store.state.getMany([this.shownKey])
    this.snapshots = new Snapshots({
      operator,
      feed: feed.id,
      epoch,
      network: this.network,
      tripIds: feed.tripIds,
      vehicles,
      shown: shown ? (JSON.parse(shown.toString()) as string[]) : [],
      maxBytes: feed.maxBytes,
      staleAfterMs: feed.staleAfterMs,
    })
    this.savedShown = this.snapshots.shownLines().length
    this.pending = undefined
    this.validators = {}
  }

  private async fetch(signal: AbortSignal): Promise<void> {
    const answer = await this.request(signal)
    const { clock } = this.ports
    if (answer.kind === 'aborted' || !this.snapshots) return
    const began = clock.elapsed()
    this.pending = this.taken(this.snapshots, answer)
    takeSeconds.observe({ operator: this.options.operator, feed: this.options.feed.id }, (clock.elapsed() - began) / 1000)
    observe(this.options.operator, this.options.feed.id, this.pending, clock.now())
  }

  private async request(signal: AbortSignal): Promise<Answer> {
    const { url, headers, timeoutMs, maxBytes } = this.options.feed
    const asked = { 'accept-encoding': 'gzip', ...headers, ...this.validators }
    try {
      const response = await this.ports.net.request({
        url,
        method: 'GET',
        headers: asked,
        timeoutMs,
        maxBytes,
        trust: this.options.trust,
        signal,
      })
      return answerOf(response, this.ports.clock.now())
    } catch (error) {
      if (error instanceof NetError) return answerOfError(error)
      throw error
    }
  }

  /** Only a body that was believed may be answered with 304 next time: one that was held has to come again. */
  private taken(snapshots: Snapshots, answer: Exclude<Answer, { kind: 'aborted' }>): Snapshot {
    if (answer.kind === 'failed') return this.failed(snapshots, answer)
    this.failures = 0
    if (answer.kind === 'unchanged') return snapshots.unchanged(this.ports.clock.now())
    const snapshot = snapshots.take(answer.body, answer.fetched)
    if (snapshot.state !== 'HELD') this.validators = validatorsOf(answer.headers)
    else this.warn(snapshot.reason, 'the snapshot is not believed; the last state stays')
    return snapshot
  }

  private failed(snapshots: Snapshots, answer: Extract<Answer, { kind: 'failed' }>): Snapshot {
    this.failures++
    this.retryAfterMs = answer.retryAfterMs
    this.warn(answer.reason, answer.detail)
    return snapshots.failed(answer.reason, answer.state)
  }

  private async tell(snapshot: Snapshot): Promise<void> {
    const { bus, store } = this.ports
    if (!this.network && this.snapshots && snapshot.believed) await this.options.lines.write(this.snapshots.lines())
    await publish(bus, observationsTopic, snapshot.observations)
    this.pending = undefined
    const shown = this.snapshots?.shownLines() ?? []
    if (shown.length === this.savedShown) return
    await store.state.putMany([{ key: this.shownKey, value: Buffer.from(JSON.stringify(shown)) }])
    this.savedShown = shown.length
  }

  /** Twice as long after every failure in a row, at most ten intervals (of a fast feed ten seconds) and two minutes, spread by a fifth. */
  private pauseMs(): number {
    const { everyMs } = this.options.feed
    if (this.failures === 0) return everyMs
    const cap = Math.min(longestPauseMs, Math.max(shortestCapMs, longestIntervals * everyMs))
    const grown = Math.min(cap, everyMs * 2 ** Math.min(10, this.failures - 1))
    const spread = grown * (0.8 + this.ports.random.next() * 0.2)
    return Math.max(Math.min(everyMs, longestPauseMs), spread, Math.min(this.retryAfterMs, longestPauseMs))
  }

  /** Bus or store are down: what is pending stays pending. */
  private broken(error: unknown): number {
    const { operator, feed } = this.options
    publishFailures.inc({ operator, feed: feed.id })
    this.ports.log.error({ operator, feed: feed.id, err: error }, 'a snapshot could not be written; it is kept and tried again')
    return Math.min(publishRetryMs, feed.everyMs)
  }

  private warn(reason: string, detail: string): void {
    this.ports.log.warn({ operator: this.options.operator, feed: this.options.feed.id, reason, failures: this.failures }, detail)
  }
}
