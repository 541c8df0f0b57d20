import type { IncomingHttpHeaders } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { type HttpRequest, type HttpResponse, NetError } from '#domain/ports'

/** An answer while it comes in, bounded. Its methods throw NetErrors: TOO_LARGE as soon as it is, TRUNCATED at the end. */
export class NetAnswer {
  private readonly headers: Readonly<Record<string, string>>
  private readonly announced: number
  private readonly chunks: Buffer[] = []
  private size = 0

  constructor(
    private readonly status: number,
    headers: IncomingHttpHeaders,
    private readonly maxBytes: number,
  ) {
    this.headers = flat(headers)
    this.announced = Number(this.headers['content-length'] ?? 0)
    if (this.announced > maxBytes) throw this.tooLarge(this.announced)
  }

  add(chunk: Buffer): void {
    this.size += chunk.length
    this.chunks.push(chunk)
    if (this.size > this.maxBytes) throw this.tooLarge(this.size)
  }

  whole(): HttpResponse {
    if (this.announced > this.size) throw truncated(`the answer has ${this.size} of ${this.announced} bytes`)
    const body = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks)
    return { status: this.status, headers: this.headers, body: this.unpacked(body) }
  }

  /** Why the rest did not come: what was refused or given up stays that. */
  brokeOff(error: unknown): unknown {
    const isOurs = error instanceof NetError || isAbort(error)
    return isOurs ? error : truncated(`the answer broke off after ${this.size} bytes: ${text(error)}`)
  }

  /** Also unpacks gzip that no header announces: some feeds are files that were packed by hand. */
  private unpacked(body: Buffer): Buffer {
    const packed = this.headers['content-encoding'] === 'gzip' || (body[0] === 0x1f && body[1] === 0x8b)
    if (!packed) return body
    try {
      return gunzipSync(body, { maxOutputLength: this.maxBytes })
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') throw truncated(`the answer is not whole gzip: ${text(error)}`)
      throw new NetError('TOO_LARGE', `the answer unpacks to more than ${this.maxBytes} bytes`, true)
    }
  }

  private tooLarge = (size: number): NetError =>
    new NetError('TOO_LARGE', `the answer has more than ${this.maxBytes} bytes (${size} so far)`, true)
}

const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])

/** Why no answer came; `begun`: whether the request may have been on its way. */
export function netErrorOf(error: unknown, request: HttpRequest, begun: boolean): NetError {
  if (error instanceof NetError) return error
  const where = new URL(request.url).host
  const code = (error as { code?: string }).code ?? ''
  const mayHaveArrived = begun && !neverSent.has(code)
  if (request.signal?.aborted) return new NetError('ABORTED', `the request to ${where} was given up`, mayHaveArrived)
  if (isAbort(error)) return new NetError('TIMEOUT', `${where} did not answer within ${request.timeoutMs} ms`, mayHaveArrived)
  if (/is not allowed/.test(text(error)))
    return new NetError(
      'FORBIDDEN_URL',
      `${where} is a private address. If that is meant: allowPrivateAddresses: true, in the configuration`,
      false,
    )
  return new NetError('UNREACHABLE', `${where} cannot be reached: ${code || text(error)}`, mayHaveArrived)
}

const isAbort = (error: unknown): boolean => /abort|timeout/i.test((error as { name?: string }).name ?? '')

const truncated = (message: string): NetError => new NetError('TRUNCATED', message, true)
const text = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Names are in lower case already. */
function flat(headers: IncomingHttpHeaders): Record<string, string> {
  const all: Record<string, string> = {}
  for (const name in headers) if (headers[name] !== undefined) all[name] = String(headers[name])
  return all
}
