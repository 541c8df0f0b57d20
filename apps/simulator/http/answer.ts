import type { FastifyReply, FastifyRequest } from 'fastify'

export interface Content {
  readonly bytes: Buffer
  /** The same, packed; undefined: not worth it. */
  readonly gzip?: Buffer
  readonly etag: string
  /** Epoch seconds. */
  readonly at: number
}

/** Answers a conditional GET (RFC 9110): 304 where the client has it already, gzip where it is understood. */
export function sendContent(request: FastifyRequest, reply: FastifyReply, type: string, content: Content): void {
  void reply.headers({
    'content-type': type,
    etag: content.etag,
    'last-modified': new Date(content.at * 1000).toUTCString(),
    'cache-control': 'no-cache',
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
  })
  if (isKnown(request, content)) {
    void reply.status(304).send()
    return
  }
  const packed = content.gzip && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  if (packed) void reply.header('content-encoding', 'gzip')
  void reply.send(packed ? content.gzip : content.bytes)
}

/** If-None-Match wins over If-Modified-Since. */
function isKnown(request: FastifyRequest, content: Content): boolean {
  const tag = request.headers['if-none-match']
  if (tag !== undefined) return tag === '*' || tag.split(',').some((t) => t.trim().replace(/^W\//, '') === content.etag)
  const since = Date.parse(request.headers['if-modified-since'] ?? '')
  return Number.isFinite(since) && content.at * 1000 <= since
}
