import type { ConsumerCommitOffsetsEvent, FetchOffsetsPartition, TopicPartitionOffsetAndMetadata } from 'kafkajs'
import type { Clock } from '#domain/ports'
import type { KafkaReport } from './events'
import type { Lane } from './lane'
import type { Noting } from './notes'
import { commitEveryMs } from './settings'

/** Commits what the lanes have done, all in one request, twice a second and whenever asked to. */
export class Commits {
  private last: Promise<void> = Promise.resolve()
  private cancel = () => {}
  private stopped = false

  constructor(
    private readonly ports: CommitPorts,
    /** As it is called in the cluster. */
    private readonly topic: string,
  ) {}

  start(): void {
    if (!this.stopped) this.cancel = this.ports.clock.timer(commitEveryMs, () => void this.now().then(() => this.start()))
  }

  stop(): void {
    this.stopped = true
    this.cancel()
  }

  /** One after the other, so that no older position overtakes a newer one. A failure is reported; the next tick tries again. */
  now(): Promise<void> {
    return (this.last = this.last.then(() => this.write()))
  }

  /** By the event, as kafkajs also resolves a commit that it has left out. */
  note({ payload }: ConsumerCommitOffsetsEvent): void {
    // With the metadata that was given, which kafkajs' type does not tell.
    const taken = payload.topics.flatMap(({ partitions }) => partitions as FetchOffsetsPartition[])
    for (const { partition, offset, metadata } of taken) {
      const lane = this.ports.lanes().get(partition)
      if (!lane) continue
      lane.committed = BigInt(String(offset))
      lane.committedNote = metadata ?? ''
    }
  }

  private async write(): Promise<void> {
    const fresh = [...this.ports.lanes()].filter(([, lane]) => isFresh(lane))
    if (fresh.length === 0) return
    const offsets = fresh.map(([partition, { done, note }]) => ({
      topic: this.topic,
      partition,
      offset: String(done),
      metadata: note || null,
    }))
    try {
      await this.ports.write(offsets)
    } catch (error) {
      this.ports.report({ kind: 'commitFailed', error })
    }
  }
}

const isFresh = ({ done, committed, note, committedNote }: Noting): boolean =>
  done !== undefined && (done !== committed || note !== committedNote)

export interface CommitPorts {
  readonly clock: Clock
  readonly report: KafkaReport
  /** Those that this member owns now. */
  readonly lanes: () => ReadonlyMap<number, Lane>
  readonly write: (offsets: TopicPartitionOffsetAndMetadata[]) => Promise<void>
}
