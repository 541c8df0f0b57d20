import type { CohortHeader } from '#domain/cohortHeader'
import { cohortShard } from '#domain/dispatch'
import { readRecipient, recipientBytes } from '#domain/recipient'
import { type Slot, readSlot, slotBytes, slotStates, writeSlot } from '#domain/slot'
import { wantsRevision } from './wants'

const claimed = slotStates.indexOf('CLAIMED')
const pending = slotStates.indexOf('PENDING')
const parkedState = slotStates.indexOf('PARKED')
const sent = slotStates.indexOf('SENT')

/** A cohort as it stands in the store, and on whose behalf it is held in memory. */
export interface Loaded {
  readonly header: CohortHeader
  readonly recipients: Buffer
  readonly slots: Buffer
  /** Of the lease under which it was opened. */
  readonly epoch: number
}

/**
 * A cohort with something to do, in memory: recipients and slots as they stand in the store, and per rider nothing else but what is under way.
 * The slots are the queue: a cursor passes over them in the order of urgency, once a revision; slots that come back wait in `ready`.
 */
export class OpenCohort {
  readonly size: number
  readonly shard: number
  readonly header: CohortHeader
  readonly recipients: Buffer
  readonly slots: Buffer
  readonly epoch: number
  readonly inFlight = new Set<number>()
  /** Slot → epoch ms of the next attempt. Only in memory: after a restart the cohort's due time stands for all. */
  readonly parked = new Map<number, number>()
  /** Somebody else has it, or will: nothing is sent or written any more. */
  isDropped = false
  private readonly ready: number[] = []
  private firstParkedMs = Infinity
  private readonly order: Uint16Array
  private cursor = 0
  /** The revision that the cursor looks for. */
  private looksFor = 0

  constructor(
    readonly id: string,
    loaded: Loaded,
    /** The newest revision that was dispatched. */
    public revision: number,
    /** Until then (epoch ms) it stays open: news that its last owner was told of may not have come to our copy of the facts yet. */
    readonly keptUntilMs = 0,
  ) {
    this.header = loaded.header
    this.recipients = loaded.recipients
    this.slots = loaded.slots
    this.epoch = loaded.epoch
    this.shard = cohortShard(id)
    this.size = loaded.recipients.length / recipientBytes
    this.order = byUrgency(loaded.recipients, this.size)
  }

  slot = (index: number): Slot => readSlot(this.slots, index)
  toldOf = (index: number): number => this.slots[index * slotBytes + 1] as number

  change(index: number, change: Partial<Slot>): void {
    writeSlot(this.slots, index, { ...this.slot(index), ...change })
  }

  /** A new revision: every slot is looked at again. */
  revise(revision: number): void {
    if (revision <= this.revision) return
    this.revision = revision
    this.cursor = 0
  }

  again(index: number): void {
    this.ready.push(index)
  }

  park(index: number, untilMs: number): void {
    this.parked.set(index, untilMs)
    this.firstParkedMs = Math.min(this.firstParkedMs, untilMs)
  }

  unpark(nowMs: number): void {
    if (nowMs < this.firstParkedMs) return
    for (const [index, untilMs] of this.parked) {
      if (untilMs > nowMs) continue
      this.parked.delete(index)
      this.ready.push(index)
    }
    this.firstParkedMs = this.parked.size === 0 ? Infinity : Math.min(...this.parked.values())
  }

  /** The next slot that may need something, without taking it; `told`: the revision byte that it should have. */
  peek(told: number): number | undefined {
    if (told !== this.looksFor) {
      this.looksFor = told
      this.cursor = 0
    }
    while (this.ready.length > 0 && !this.needs(this.ready.at(-1) as number, told)) this.ready.pop()
    if (this.ready.length > 0) return this.ready.at(-1)
    while (this.cursor < this.size && !this.needsAtRevision(this.order[this.cursor] as number, told)) this.cursor++
    return this.cursor < this.size ? this.order[this.cursor] : undefined
  }

  /** Takes what `peek` gave; until it is released nobody else gets it, though it may stand both in `ready` and under the cursor. */
  take(index: number): void {
    if (this.ready.length > 0) this.ready.pop()
    else this.cursor++
    this.inFlight.add(index)
  }

  release(index: number): void {
    this.inFlight.delete(index)
  }

  urgency(index: number): number {
    return this.recipients[index * recipientBytes + 5] ?? 0
  }

  idle(): boolean {
    return this.inFlight.size === 0 && this.ready.length === 0 && this.cursor >= this.size
  }

  nextParkedMs(): number | undefined {
    return this.parked.size === 0 ? undefined : this.firstParkedMs
  }

  recipient = (index: number) => readRecipient(this.recipients, index)

  /** What waits for the next revision only is looked at when there is one. */
  private needsAtRevision(index: number, told: number): boolean {
    if (this.needs(index, told)) return true
    const state = this.slots[index * slotBytes] as number
    return state > parkedState && !this.inFlight.has(index) && wantsRevision(this.slot(index), told)
  }

  private needs(index: number, told: number): boolean {
    if (this.inFlight.has(index)) return false
    const state = this.slots[index * slotBytes]
    if (state === pending || state === claimed) return true
    if (state === parkedState) return !this.parked.has(index)
    return state === sent && this.toldOf(index) < told
  }
}

function byUrgency(recipients: Buffer, size: number): Uint16Array {
  const urgency = (index: number) => recipients[index * recipientBytes + 5] as number
  return Uint16Array.from({ length: size }, (_, i) => i).sort((a, b) => urgency(a) - urgency(b) || a - b)
}
