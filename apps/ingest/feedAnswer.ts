import { type HttpResponse, NetError } from '#domain/ports'
import type { FeedState } from '#domain/frame'
import type { FeedReason, Fetched } from '#gtfs/snapshot'

/** What a poll brought. */
export type Answer =
  | { readonly kind: 'body'; readonly body: Buffer; readonly fetched: Fetched; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'failed'
      readonly reason: FeedReason
      readonly state: FeedState
      readonly detail: string
      readonly retryAfterMs: number
    }
  | { readonly kind: 'aborted' }

export function answerOf(response: HttpResponse, receivedAtMs: number): Answer {
  const { status, headers, body } = response
  if (status === 304) return { kind: 'unchanged' }
  if (status === 200) return { kind: 'body', body, headers, fetched: { receivedAtMs, ...aboutBody(headers) } }
  const retryAfterMs = Math.min(3600, Math.max(0, Number(headers['retry-after']) || 0)) * 1000
  return { kind: 'failed', reason: 'FEED_REFUSED', state: 'DOWN', detail: `status ${status}`, retryAfterMs }
}

/** The length counts only for bodies that came as they are. */
function aboutBody(headers: Readonly<Record<string, string>>): Pick<Fetched, 'lastModifiedMs' | 'contentLength'> {
  const modified = Date.parse(headers['last-modified'] ?? '')
  const plain = (headers['content-encoding'] ?? 'identity') === 'identity'
  const length = plain && /^\d+$/.test(headers['content-length'] ?? '') ? Number(headers['content-length']) : undefined
  return { lastModifiedMs: Number.isNaN(modified) ? undefined : modified, contentLength: length }
}

/** A body that broke off or is too large is held (the feed lives); no answer is down. */
export function answerOfError(error: NetError): Answer {
  if (error.reason === 'ABORTED') return { kind: 'aborted' }
  const [reason, state] = reasons[error.reason]
  return { kind: 'failed', reason, state, detail: error.message, retryAfterMs: 0 }
}

const reasons: Readonly<Record<Exclude<NetError['reason'], 'ABORTED'>, readonly [FeedReason, FeedState]>> = {
  UNREACHABLE: ['FEED_UNREACHABLE', 'DOWN'],
  TIMEOUT: ['FEED_TIMEOUT', 'DOWN'],
  TOO_LARGE: ['FEED_TOO_LARGE', 'HELD'],
  TRUNCATED: ['FEED_TRUNCATED', 'HELD'],
  FORBIDDEN_URL: ['FEED_FORBIDDEN_URL', 'DOWN'],
}
