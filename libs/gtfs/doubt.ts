import type { FeedReason } from './snapshot'

/** Reasons that may turn out to be the truth when they last: a city's buses do stop at night. */
const acceptable: ReadonlySet<FeedReason> = new Set<FeedReason>(['FEED_EMPTY', 'FEED_SHRANK', 'FEED_SPOILED', 'FEED_MODE_FLIPPED'])

const acceptAfterPolls = 3
const acceptAfterMs = 180_000

/**
 * A snapshot that lost most of what was there is not believed at once: a restarting producer sends such (DELFI once fell from 1.5 MB to 74 KB
 * within two minutes), and believing it would be a false all-clear. It is believed when it is still so after three polls and three minutes.
 */
export class Doubt {
  private about: 'loss' | 'mode' | undefined
  private since = 0
  private polls = 0

  /** Whether a snapshot with this reason has to be held. */
  holds(reason: FeedReason, nowMs: number): boolean {
    if (!acceptable.has(reason)) return true
    const about = reason === 'FEED_MODE_FLIPPED' ? 'mode' : 'loss'
    if (this.about !== about) Object.assign(this, { about, since: nowMs, polls: 0 })
    this.polls++
    return this.polls < acceptAfterPolls || nowMs - this.since < acceptAfterMs
  }

  clear(): void {
    this.about = undefined
  }
}
