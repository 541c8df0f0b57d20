import { RiderSet } from './riderSet'
import { type Urgency, held } from './schedule'

/** Two words a rider: number, and language u8 | urgency u8 | second channel u8 | flags u8, as in recipient.ts. */
export const wordsPerRecipient = 2
/** Flag of a recipient: the second channel is used only when the first fails. */
export const secondIsFallback = 1

/** Whom a question found: each rider once, over all places. */
export class Found {
  /** By channel number. */
  readonly channels = new Map<number, Recipients>()
  /** Riders whom everything but their windows lets through. */
  readonly heldRiders: number[] = []
  /** True: a record pointed past the end of a table in memory. */
  beyondTables = false
  private readonly seen: RiderSet
  /** Of those not yet inside a window: another subscription of the rider may be more urgent. */
  private readonly early = new Map<number, { in: Recipients; at: number }>()
  private readonly heldSet = new RiderSet()

  /** `told`: riders who are to be left out; it is not changed. */
  constructor(told: RiderSet = new RiderSet()) {
    this.seen = told.copy()
  }

  hold(rider: number): void {
    if (!this.seen.has(rider) && this.heldSet.add(rider)) this.heldRiders.push(rider)
  }

  take(rider: number, channel: number, language: number, urgency: Urgency, second: number, flags: number): void {
    const rest = language | (urgency << 8) | (second << 16) | (flags << 24)
    if (!this.seen.add(rider)) {
      if (this.early.size > 0) this.hurry(rider, urgency, rest)
      return
    }
    let list = this.channels.get(channel)
    if (!list) this.channels.set(channel, (list = new Recipients()))
    if (urgency > 0) this.early.set(rider, { in: list, at: list.count })
    list.push(rider, rest)
  }

  /** Riders found. */
  get total(): number {
    return [...this.channels.values()].reduce((sum, list) => sum + list.count, 0)
  }

  /** Riders whom only their windows hold back now. */
  get held(): number {
    return this.heldRiders.filter((rider) => !this.seen.has(rider)).length
  }

  private hurry(rider: number, urgency: Urgency, rest: number): void {
    const before = this.early.get(rider)
    if (before && urgency < before.in.urgencyAt(before.at)) before.in.replace(before.at, rest)
  }
}

/** A growing list of recipients of one channel. */
export class Recipients {
  words = new Uint32Array(wordsPerRecipient * 64)
  count = 0

  push(rider: number, rest: number): void {
    const at = this.count++ * wordsPerRecipient
    if (at >= this.words.length) this.grow()
    this.words[at] = rider
    this.words[at + 1] = rest
  }

  replace(index: number, rest: number): void {
    this.words[index * wordsPerRecipient + 1] = rest
  }

  urgencyAt(index: number): Urgency {
    return ((this.words[index * wordsPerRecipient + 1] as number) >>> 8) & held
  }

  private grow(): void {
    const words = new Uint32Array(this.words.length * 2)
    words.set(this.words)
    this.words = words
  }
}
