import { type Admin, Consumer } from '@platformatic/kafka'
import type { Clock } from '#domain/ports'
import type { Cluster } from '../cluster'
import { type CommitPorts, Commits } from '../kafka/commits'
import type { KafkaReport } from '../kafka/events'
import { type Guarding, Lane } from '../kafka/lane'
import { Membership } from '../kafka/membership'
import type { Reading } from '../kafka/reader'
import { type GroupTiming, endMs } from '../kafka/settings'
import { within } from '../kafka/within'
import { connectionOf } from './cluster'
import { Fetcher, type Take } from './fetcher'
import { type Committed, commitAs, committedOf } from './groups'
import { memberSettingsOf } from './settings'
import { troubleOf } from './trouble'

export interface MemberPorts {
  readonly cluster: Cluster
  readonly admin: Admin
  readonly clock: Clock
  readonly report: KafkaReport
  readonly timing: GroupTiming
}

/**
 * One member of a consumer group. Rules of concurrency: the client keeps the membership and its heartbeat, the fetcher fills the lanes, the
 * lanes call the handler, a ticker commits what is done. Before the member joins anew, the lanes come to rest and their positions are
 * committed, so that the next owner begins where this one ended: the client awaits that, as it asks for the metadata of its subscription
 * before every join. Nothing a handler does can reach the client.
 */
export class Member {
  private client: Consumer | undefined
  private clients = 0
  private lanes: ReadonlyMap<number, Lane> = new Map()
  private readonly earlier = new Map<number, Lane>()
  private readonly fetcher: Fetcher
  private readonly commits: Commits
  private readonly membership: Membership
  private readonly joined = Promise.withResolvers<void>()
  private readonly stopping = new AbortController()
  private stopped: Promise<void> | undefined
  /** Counts joins and leaves: what was begun in an earlier one is out of date. */
  private round = 0

  constructor(
    private readonly ports: MemberPorts,
    private readonly reading: Reading,
  ) {
    const { cluster, clock, report, timing } = ports
    const { names, owns } = reading
    const take: Take = (partition, records, _, pause) => this.lanes.get(partition)?.push(records, pause)
    this.membership = new Membership(clock, owns, timing.sessionTimeout)
    this.commits = new Commits({ clock, report, lanes: () => this.lanes, write: (offsets) => this.write(offsets) }, names.topic)
    this.fetcher = new Fetcher({ cluster, clock, take, failed: troubleOf(clock, report, reading) }, names.topic, names.group)
  }

  /** Resolves when the member has joined, or was stopped. */
  async start(): Promise<void> {
    this.commits.start()
    void this.connect()
    await this.joined.promise
  }

  owned(): number[] {
    return [...this.lanes.keys()]
  }

  stop(): Promise<void> {
    return (this.stopped ??= this.leave())
  }

  private async connect(): Promise<void> {
    const { admin, cluster, timing } = this.ports
    const { topic, group } = this.reading.names
    try {
      // Waits for the group's coordinator.
      await committedOf(admin, this.reading.names, [0])
      if (this.stopping.signal.aborted) return
      const client: Consumer = new Consumer({
        ...memberSettingsOf(timing),
        ...connectionOf(cluster, this.clients++),
        groupId: group,
        protocolsMetadata: () => this.beforeJoin(client),
      })
      this.client = client
      const current = (step: () => void) => this.client === client && step()
      client.on('consumer:group:join', ({ assignments }) => current(() => void this.assign(assignments?.[0]?.partitions ?? [])))
      client.on('consumer:heartbeat:end', () => current(() => this.membership.heard()))
      client.on('consumer:heartbeat:stalled', ({ lastError }) => current(() => this.crashed(lastError)))
      client.on('error', (error) => current(() => this.crashed(error)))
      client.topics.track(topic)
      await client.joinGroup()
    } catch (error) {
      this.crashed(error)
    }
  }

  private async beforeJoin(client: Consumer): Promise<Buffer> {
    if (this.client === client) await this.surrender()
    return Buffer.alloc(0)
  }

  private async assign(partitions: readonly number[]): Promise<void> {
    this.retire(partitions)
    const round = ++this.round
    try {
      const committed = await committedOf(this.ports.admin, this.reading.names, partitions)
      if (round !== this.round || this.stopping.signal.aborted) return
      const guarding = this.guarding(committed)
      this.lanes = new Map(partitions.map((partition) => [partition, this.lane(partition, guarding)]))
      this.fetcher.aim(new Map(partitions.map((partition) => [partition, committed.get(partition)?.offset ?? 0n])))
      this.membership.joined(partitions)
      this.joined.resolve()
    } catch (error) {
      if (round === this.round) this.crashed(error)
    }
  }

  /** Stops the lanes; those that are being left for good may still commit what stays with this member. */
  private retire(partitions: readonly number[] = []): void {
    for (const [partition, lane] of this.lanes) {
      void lane.stop()
      this.earlier.set(partition, lane)
    }
    const kept = this.stopping.signal.aborted ? partitions : []
    this.lanes = new Map([...this.lanes].filter(([partition]) => kept.includes(partition)))
  }

  private guarding(committed: ReadonlyMap<number, Committed>): Guarding | undefined {
    const { guard } = this.reading
    return guard && { ...guard, commit: () => this.commits.now(), read: async (partition) => committed.get(partition)?.metadata ?? '' }
  }

  private lane(partition: number, guarding: Guarding | undefined): Lane {
    const { topic, group, handle } = this.reading
    return new Lane({ topic, group, partition }, handle, this.ports, this.earlier.get(partition), guarding)
  }

  /** All come to rest, as far as they do in time, and what they have done is committed. */
  private async surrender(): Promise<void> {
    const { clock, timing } = this.ports
    this.round++
    this.fetcher.aim(new Map())
    const lanes = [...this.lanes.values()]
    const resting = Promise.all(lanes.map((lane) => lane.stop()))
    await within(clock, timing.drainMs, resting)
    for (const lane of lanes) lane.forget()
    await within(clock, timing.drainMs, this.commits.now())
  }

  /** Whoever is no member any more commits nothing: its partitions are another's. */
  private async write(offsets: Parameters<CommitPorts['write']>[0]): Promise<void> {
    const { client, lanes } = this
    if (!client?.memberId) return
    const moves = offsets.map(({ offset, metadata, ...place }) => ({ ...place, offset: BigInt(offset), metadata: metadata ?? '' }))
    await commitAs(client, moves)
    for (const { partition, offset, metadata } of moves) {
      const lane = lanes.get(partition)
      if (lane) Object.assign(lane, { committed: offset, committedNote: metadata })
    }
  }

  private crashed(error: unknown): void {
    this.round++
    this.fetcher.aim(new Map())
    this.membership.out()
    if (this.stopping.signal.aborted) return
    this.retire()
    this.ports.report({ kind: 'crash', topic: this.reading.topic, group: this.reading.group, error, rebuilt: true })
    void this.rebuild()
  }

  private async rebuild(): Promise<void> {
    await this.discard()
    await within(this.ports.clock, rebuildMs, aborted(this.stopping.signal))
    if (!this.stopping.signal.aborted) await this.connect()
  }

  private async discard(): Promise<void> {
    const client = this.client
    this.client = undefined
    if (client) await within(this.ports.clock, endMs, client.close(true).catch(() => client.connections.close())) // prettier-ignore
  }

  private async leave(): Promise<void> {
    this.stopping.abort()
    this.joined.resolve()
    this.fetcher.aim(new Map())
    this.membership.end()
    this.commits.stop()
    await Promise.all([...this.lanes.values(), ...this.earlier.values()].map((lane) => lane.stop()))
    await within(this.ports.clock, endMs, this.commits.now())
    this.lanes = new Map()
    await Promise.all([this.fetcher.stop(), this.discard()])
  }
}

const rebuildMs = 1000

const aborted = (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
