import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent'
import { type HttpRequest, type HttpResponse, type Net, NetError } from '#domain/ports'
import { NetAnswer, netErrorOf } from './netAnswer'
import { netPool } from './netPool'

/**
 * The real Net. `own` addresses go through undici (fetch costs ten times as much); `foreign` ones through node:http with an agent that checks
 * the IP at connect, because a guard in the look-up alone is bypassed by IP literals. Redirects are never followed.
 */
export function createNet(): Net & { close(): Promise<void> } {
  const pool = netPool()
  const agents = { 'http:': new RequestFilteringHttpAgent(), 'https:': new RequestFilteringHttpsAgent() }
  return {
    request: (request) => (request.trust === 'own' ? pool.request(request) : viaFilter(agents, request)),
    close: () => pool.close(),
  }
}

async function viaFilter(agents: Record<string, unknown>, request: HttpRequest): Promise<HttpResponse> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), request.timeoutMs)
  const signal = request.signal ? AbortSignal.any([late.signal, request.signal]) : late.signal
  try {
    return await exchange(agents, request, signal)
  } catch (error) {
    throw netErrorOf(error, request, true)
  } finally {
    clearTimeout(timer)
  }
}

function exchange(agents: Record<string, unknown>, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  const url = new URL(request.url)
  const agent = agents[url.protocol]
  if (!agent) throw new NetError('FORBIDDEN_URL', `${url.protocol} is not allowed: use https`, false)
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest
  const { method, headers } = request
  return new Promise((resolve, reject) => {
    const outgoing = open(url, { agent: agent as never, method, headers, signal }, (incoming) => {
      const refuse = (error: unknown) => {
        reject(error)
        incoming.destroy()
      }
      try {
        const answer = new NetAnswer(incoming.statusCode ?? 0, incoming.headers, request.maxBytes)
        incoming.on('data', (chunk: Buffer) => attempt(() => answer.add(chunk), refuse))
        incoming.on('end', () => attempt(() => resolve(answer.whole()), refuse))
        incoming.on('error', (error) => reject(answer.brokeOff(error)))
        incoming.on('close', () => reject(answer.brokeOff('closed')))
      } catch (error) {
        refuse(error)
      }
    })
    outgoing.on('error', reject)
    outgoing.end(request.body)
  })
}

function attempt(act: () => void, refused: (error: unknown) => void): void {
  try {
    act()
  } catch (error) {
    refused(error)
  }
}
