import { EventEmitter } from 'node:events'
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent'
import { Agent } from 'undici'
import { type HttpRequest, type HttpResponse, type Net, NetError } from '#domain/ports'

/**
 * The real Net. `own` addresses go through undici (31 µs a request, fetch takes 280); `foreign` ones through node:http with an agent that
 * checks the IP at connect, because a guard in the look-up alone is bypassed by IP literals. Redirects are never followed.
 */
export function createNet(): Net & { close(): Promise<void> } {
  const pool = new Agent({ connections: 64, pipelining: 1, keepAliveTimeout: 10_000 })
  const agents = { 'http:': new RequestFilteringHttpAgent(), 'https:': new RequestFilteringHttpsAgent() }
  return {
    async request(request) {
      const deadline = deadlineOf(request)
      const progress = { sent: false }
      try {
        const answer =
          request.trust === 'own' ? await viaPool(pool, request, deadline.signal) : await viaFilter(agents, request, deadline.signal)
        progress.sent = true
        return { ...answer, body: unpack(await collect(answer.body, request.maxBytes, answer.headers), answer.headers, request.maxBytes) }
      } catch (error) {
        throw asNetError(error, request, progress.sent)
      } finally {
        deadline.end()
      }
    },
    close: () => pool.close(),
  }
}

type Answer = Omit<HttpResponse, 'body'> & { body: Readable }

interface Deadline {
  readonly signal: AbortSignal | EventEmitter
  end(): void
}

/**
 * For the whole request, body included. Where nobody else can abort, an emitter does: undici takes it as well, and a fan-out of ten thousand
 * a second need not pay for as many abort signals (30 µs each, and again when they fire unheard).
 */
function deadlineOf({ timeoutMs, trust, signal }: HttpRequest): Deadline {
  const isBare = trust === 'own' && signal === undefined
  const emitter = new EventEmitter()
  const controller = isBare ? undefined : new AbortController()
  const abort = () => (controller ? controller.abort() : emitter.emit('abort'))
  const timer = setTimeout(abort, timeoutMs)
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  const end = () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
  return { signal: controller?.signal ?? emitter, end }
}

async function viaPool(pool: Agent, request: HttpRequest, signal: AbortSignal | EventEmitter): Promise<Answer> {
  const url = new URL(request.url)
  const { statusCode, headers, body } = await pool.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method,
    headers: request.headers as Record<string, string>,
    body: request.body ?? null,
    signal,
  })
  return { status: statusCode, headers: flat(headers), body }
}

function viaFilter(agents: Record<string, unknown>, request: HttpRequest, signal: AbortSignal | EventEmitter): Promise<Answer> {
  const url = new URL(request.url)
  const agent = agents[url.protocol]
  if (!agent) throw new NetError('FORBIDDEN_URL', `${url.protocol} is not allowed: use https`, false)
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const outgoing = open(
      url,
      { agent: agent as never, method: request.method, headers: request.headers, signal: signal as AbortSignal },
      (incoming) => resolve({ status: incoming.statusCode ?? 0, headers: flat(incoming.headers), body: incoming }),
    )
    outgoing.on('error', reject)
    outgoing.end(request.body)
  })
}

async function collect(body: Readable, maxBytes: number, headers: Readonly<Record<string, string>>): Promise<Buffer> {
  const announced = Number(headers['content-length'] ?? 0)
  if (announced > maxBytes) return tooLarge(body, announced, maxBytes)
  const read: Read = { chunks: [], size: 0 }
  try {
    await whole(body, read, maxBytes)
  } catch (error) {
    if (error instanceof NetError || isAbort(error)) throw error
    throw new NetError('TRUNCATED', `the answer broke off after ${read.size} bytes: ${text(error)}`, true)
  }
  if (announced > read.size) throw new NetError('TRUNCATED', `the answer has ${read.size} of ${announced} bytes`, true)
  return read.chunks.length === 1 ? (read.chunks[0] as Buffer) : Buffer.concat(read.chunks)
}

interface Read {
  readonly chunks: Buffer[]
  size: number
}

/** By events: an asynchronous iterator costs as much as the rest of a short request. */
function whole(body: Readable, read: Read, maxBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    body.on('data', (chunk: Buffer) => {
      read.size += chunk.length
      read.chunks.push(chunk)
      if (read.size <= maxBytes) return
      try {
        tooLarge(body, read.size, maxBytes)
      } catch (error) {
        reject(error)
      }
    })
    body.on('end', resolve)
    body.on('error', reject)
    body.on('close', () => reject(new Error('closed')))
  })
}

function tooLarge(body: Readable, size: number, maxBytes: number): never {
  body.on('error', () => undefined).destroy()
  throw new NetError('TOO_LARGE', `the answer has more than ${maxBytes} bytes (${size} so far)`, true)
}

/** Also unpacks gzip that no header announces: some feeds are files that were packed by hand. */
function unpack(body: Buffer, headers: Readonly<Record<string, string>>, maxBytes: number): Buffer {
  const packed = headers['content-encoding'] === 'gzip' || (body[0] === 0x1f && body[1] === 0x8b)
  if (!packed) return body
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes })
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      throw new NetError('TOO_LARGE', `the answer unpacks to more than ${maxBytes} bytes`, true)
    throw new NetError('TRUNCATED', `the answer is not whole gzip: ${text(error)}`, true)
  }
}

function asNetError(error: unknown, request: HttpRequest, answered: boolean): NetError {
  if (error instanceof NetError) return error
  const where = new URL(request.url).host
  if (request.signal?.aborted) return new NetError('ABORTED', `the request to ${where} was given up`, true)
  if (isAbort(error)) return new NetError('TIMEOUT', `${where} did not answer within ${request.timeoutMs} ms`, true)
  const code = (error as { code?: string }).code ?? ''
  if (/is not allowed/.test(text(error)))
    return new NetError(
      'FORBIDDEN_URL',
      `${where} is a private address. If that is meant: allowPrivateAddresses: true, in the configuration`,
      false,
    )
  const neverSent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(code)
  return new NetError('UNREACHABLE', `${where} cannot be reached: ${code || text(error)}`, answered || !neverSent)
}

const isAbort = (error: unknown): boolean => /abort|timeout/i.test((error as { name?: string }).name ?? '')
const text = (error: unknown): string => (error instanceof Error ? error.message : String(error))
function flat(headers: IncomingHttpHeaders | Record<string, string | string[] | undefined>): Record<string, string> {
  const all: Record<string, string> = {}
  for (const name in headers) if (headers[name] !== undefined) all[name.toLowerCase()] = String(headers[name])
  return all
}
