import type { Clock } from '#domain/ports'
import type { Batch, InRecord } from '../bus'
import { CrashGuard, type GuardedSteps, type OneAtATime } from '../crashGuard'
import type { PutAside } from '../poison'
import { Pump } from '../pump'
import { type Place, batchBytes, batchRecords, sizeOf, upTo } from '../recordLog'
import type { KafkaReport } from './events'
import { type Noting, notesOn } from './notes'

export type Handle = (batch: Batch) => void | Promise<void>

/**
 * One partition as long as this member owns it without a break: what was fetched waits here for the handler, so that fetching, heartbeats
 * and the other partitions go on. After a break a new lane begins when the one before has come to rest: two batches of a partition never run
 * at once, and what the one before has handled but could not commit is left out.
 */
export class Lane implements Noting {
  private queue: InRecord[] = []
  private bytes = 0
  private ready = false
  private ended: Promise<void> | undefined
  private resume: (() => void) | undefined
  /** Offsets below are handled, though perhaps not committed. */
  private skip: bigint | undefined
  private readonly pump: Pump<Batch>
  private readonly guard: CrashGuard | undefined
  done: bigint | undefined
  committed: bigint | undefined
  note = ''
  committedNote = ''

  constructor(
    private readonly place: Place,
    private readonly handle: Handle,
    { clock, report }: { clock: Clock; report: KafkaReport },
    before: Lane | undefined,
    /** Undefined for followers, which have no position to note anything with. */
    private readonly guarding?: Guarding,
  ) {
    this.guard = guarding && new CrashGuard(notesOn(this, guarding.commit, guarding.read), place, guarding.alone)
    const failed = (error: unknown, waitMs: number) => report({ kind: 'retry', place, error, waitMs })
    this.pump = new Pump<Batch>({ next: () => this.next(), handle: (batch) => this.deliver(batch), failed }, clock)
    void this.begin(before)
  }

  /** `pause` is called when the lane is full, and what it gives back when there is room again. */
  push(records: readonly InRecord[], pause: () => () => void): void {
    if (this.ended) return
    this.queue.push(...records)
    this.bytes += bytesOf(records)
    if (this.isFull() && !this.resume) this.resume = pause()
    if (this.ready) this.pump.wake()
  }

  /** This member gives the partition up and goes on living: what it is still handling has not killed it. */
  forget(): void {
    this.note = ''
  }

  /** Takes nothing more; resolves when the batch that is being handled is done. */
  stop(): Promise<void> {
    this.queue = []
    return (this.ended ??= this.pump.stop())
  }

  /** What has been handled here and the group may not know. */
  get uncommitted(): bigint | undefined {
    return this.done === undefined || this.done === this.committed ? this.skip : this.done
  }

  private async begin(before: Lane | undefined): Promise<void> {
    await before?.stop()
    this.skip = before?.uncommitted
    this.ready = true
    this.pump.wake()
  }

  private async next(): Promise<Batch | undefined> {
    this.dropHandled()
    const ahead = this.ahead()
    if (ahead.length === 0) return undefined
    const all: Batch = { topic: this.place.topic, partition: this.place.partition, records: ahead }
    const batch = (await this.guard?.limit(all)) ?? all
    if (this.ended) return undefined
    this.remove(batch.records.length)
    return batch
  }

  private ahead(): readonly InRecord[] {
    let bytes = 0
    const ahead = this.queue.slice(0, batchRecords)
    const end = ahead.findIndex((record, i) => i > 0 && (bytes += sizeOf(record)) > batchBytes)
    return end < 0 ? ahead : ahead.slice(0, end)
  }

  /** The group's position is behind what was handled: it moves on now. */
  private dropHandled(): void {
    const { skip } = this
    if (skip === undefined || this.queue.length === 0) return
    const first = this.queue.findIndex((record) => record.position >= skip)
    const handled = first < 0 ? this.queue.length : first
    if (handled > 0) this.done = (this.queue[handled - 1] as InRecord).position + 1n
    this.remove(handled)
    if (first >= 0) this.skip = undefined
  }

  private remove(count: number): void {
    this.bytes -= bytesOf(this.queue.splice(0, count))
    if (!this.resume || this.bytes > fullBytes / 2 || this.queue.length > fullRecords / 2) return
    this.resume()
    this.resume = undefined
  }

  /** A noted batch is committed before the next: else a death in that one would make this one suspect. */
  private async deliver(batch: Batch): Promise<void> {
    const isWatched = this.guard?.watching
    if (isWatched) await this.guard?.handle(batch, this.steps)
    else await this.handle(batch)
    this.done = upTo(batch) + 1n
    this.note = ''
    if (isWatched) await this.guarding?.commit()
  }

  private readonly steps: GuardedSteps = {
    deliver: async (batch) => this.handle(batch),
    putAside: async (batch, tries) => this.guarding?.putAside(this.place, batch, tries),
  }

  private isFull(): boolean {
    return this.bytes > fullBytes || this.queue.length > fullRecords
  }
}

export interface Guarding {
  readonly alone: OneAtATime
  readonly putAside: PutAside
  /** See notes.ts. */
  readonly commit: () => Promise<void>
  readonly read: (partition: number) => Promise<string>
}

const bytesOf = (records: readonly InRecord[]): number => records.reduce((sum, record) => sum + sizeOf(record), 0)

const fullBytes = 4 * 2 ** 20
const fullRecords = 5000
