import type { Tick } from '#domain/frame'
import type { FeedView } from '#domain/controlRoom'

/** The last tick of a feed and when it came. */
export interface HeardTick {
  readonly tick: Pick<Tick, 'feed' | 'feedTime' | 'state' | 'reason'>
  /** Epoch ms. */
  readonly heardAtMs: number
}

/** Nothing heard of a feed for so long (ms): ingest itself is silent. */
export const silentAfterMs = (everyMs: number, staleAfterMs: number) => Math.max(staleAfterMs, 4 * everyMs)

interface FeedTiming {
  readonly id: string
  readonly everyMs: number
  readonly staleAfterMs: number
}

/** State and age of each configured feed; a feed of which nothing was heard is SILENT. */
export function feedViews(feeds: readonly FeedTiming[], heard: ReadonlyMap<string, HeardTick>, nowMs: number): FeedView[] {
  return feeds.map((feed) => {
    const last = heard.get(feed.id)
    if (!last) return { feed: feed.id, state: 'SILENT', reason: 'NOTHING_YET', feedTime: 0, ageSeconds: 0 }
    const age = nowMs - last.heardAtMs
    const silent = age > silentAfterMs(feed.everyMs, feed.staleAfterMs)
    return {
      feed: feed.id,
      state: silent ? 'SILENT' : last.tick.state,
      reason: silent ? 'NO_TICK' : last.tick.reason,
      feedTime: last.tick.feedTime,
      ageSeconds: Math.max(0, Math.round(age / 1000)),
    }
  })
}

/**
 * True when a feed that carries trips is not believed now: a line without a known disruption is then unknown, not good. That the feed of
 * alerts is down hides no trip. As long as it is not known which feeds carry trips, each may.
 */
export function isBlind(feeds: readonly FeedView[], carriers: ReadonlySet<string>): boolean {
  const trips = feeds.filter((f) => carriers.has(f.feed))
  return (trips.length > 0 ? trips : feeds).some((f) => f.state !== 'OK')
}
