import { type FramedFeed, frameFeed } from './frameFeed'
import type { FeedReason, Fetched } from './snapshot'
import { gunzipSync } from 'node:zlib'

export interface Limits {
  readonly maxBytes: number
}

/** How much a believed snapshot held, by kind. */
export interface Held {
  readonly trips: number
  readonly vehicles: number
  readonly alerts: number
}

export type Opened =
  { readonly ok: true; readonly bytes: Buffer; readonly feed: FramedFeed } | { readonly ok: false; readonly reason: FeedReason }

/** Clock skew that is forgiven. */
const aheadSeconds = 60
/** Fewer entities than this come and go without meaning anything. */
const judgedFrom = 10
const shrunkTo = 0.5

/** Body → entities: complete, unpacked, a feed. */
export function openBody(body: Uint8Array, fetched: Fetched, limits: Limits, ids: boolean): Opened {
  if (body.length === 0) return { ok: false, reason: 'FEED_EMPTY' }
  if (fetched.contentLength !== undefined && body.length < fetched.contentLength) return { ok: false, reason: 'FEED_TRUNCATED' }
  if (body.length > limits.maxBytes) return { ok: false, reason: 'FEED_TOO_LARGE' }
  const bytes = unpacked(Buffer.from(body.buffer, body.byteOffset, body.length), limits)
  if (typeof bytes === 'string') return { ok: false, reason: bytes }
  const framed = frameFeed(bytes, ids)
  return framed.ok ? { ok: true, bytes, feed: framed.feed } : framed
}

/** Some servers send gzip without saying so. */
function unpacked(bytes: Buffer, limits: Limits): Buffer | FeedReason {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: limits.maxBytes })
  } catch (error) {
    const { code } = error as { code?: string }
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'FEED_TOO_LARGE' : code === 'Z_BUF_ERROR' ? 'FEED_TRUNCATED' : 'FEED_NOT_PROTOBUF'
  }
}

/** Why the time of a snapshot speaks against it; undefined: it does not. */
export function timeReason(feedTime: number, last: number, receivedAtMs: number): FeedReason | undefined {
  if (feedTime > receivedAtMs / 1000 + aheadSeconds) return 'FEED_CLOCK'
  return feedTime < last ? 'FEED_WENT_BACK' : undefined
}

/** How much of a snapshot could be used. */
export type Used = Pick<Held, 'trips' | 'alerts'>

/** Why what is usable of a whole dataset looks as if part of it were missing, although as many entities are there. */
export function spoiledReason(before: Used | undefined, now: Used): FeedReason | undefined {
  const spoiled = before && (['trips', 'alerts'] as const).some((kind) => isLoss(before[kind], before[kind] - now[kind]))
  return spoiled ? 'FEED_SPOILED' : undefined
}

/** The same for a DIFFERENTIAL feed, in which trips may be deleted: `spoiled` were usable before, and what is said of them now is not. */
export const spoiledChange = (before: Used | undefined, spoiled: number): FeedReason | undefined =>
  before && isLoss(before.trips, spoiled) ? 'FEED_SPOILED' : undefined

const isLoss = (before: number, lost: number): boolean => before >= judgedFrom && before - lost < before * shrunkTo

/** Why a whole dataset looks as if part of it were missing. */
export function lossReason(before: Held | undefined, now: Held): FeedReason | undefined {
  if (!before) return undefined
  const total = before.trips + before.vehicles + before.alerts
  if (total > 0 && now.trips + now.vehicles + now.alerts === 0) return 'FEED_EMPTY'
  const shrank = (['trips', 'vehicles', 'alerts'] as const).some((kind) => isLoss(before[kind], before[kind] - now[kind]))
  return shrank ? 'FEED_SHRANK' : undefined
}
