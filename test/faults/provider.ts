import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Arrival } from '../laws/history'
import { operatorOfToken, timetableZip } from './town'

/** What becomes of one delivery; the default takes it at once. `cut`: taken, but the connection is reset instead of an answer. */
export type Answer =
  | { readonly kind: 'take'; readonly afterMs?: number }
  | { readonly kind: 'refuse'; readonly status: number; readonly retryAfter?: number }
  | { readonly kind: 'cut' }
  /** No answer as long as the caller waits; nothing is shown. */
  | { readonly kind: 'hang' }

export type Behaviour = (delivery: { readonly operator: string; readonly channel: Arrival['channel']; readonly count: number }) => Answer

/** An arrival as the messenger can tell it: Telegram has only the text, from which the run reads disruption and revision. */
export type Raw = Omit<Arrival, 'disruption' | 'revision'> & {
  readonly text: string
  readonly disruption?: string
  readonly revision?: number
}

const pollMs = 1000

/** The world outside: a host of timetables, endpoints of webhooks, and the Telegram Bot API. Notes everything, in the order in which it came. */
export class Provider {
  readonly arrivals: Raw[] = []
  behaviour: Behaviour = () => ({ kind: 'take' })
  cuts = 0
  private count = 0
  private readonly zip = timetableZip()
  private readonly server: Server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void this.serve(request, response).catch(() => response.destroy())
  })

  /** Any free port, or this one. */
  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve, reject) => void this.server.once('error', reject).listen(port, '127.0.0.1', resolve))
    return this
  }

  port = (): number => (this.server.address() as AddressInfo).port
  url = (): string => `http://127.0.0.1:${this.port()}`

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  /** Forgets what came, and behaves well again. */
  reset(): void {
    this.arrivals.length = 0
    this.cuts = 0
    this.count = 0
    this.behaviour = () => ({ kind: 'take' })
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/'
    if (url.endsWith('/gtfs.zip')) return void response.end(this.zip)
    if (url.startsWith('/hook/')) return this.webhook(url, request, response)
    const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)/.exec(url) ?? []
    const body = await bodyOf(request)
    if (method === 'sendMessage') return this.telegram(operatorOfToken(token), JSON.parse(body), response)
    if (method === 'getUpdates') await sleep(pollMs, undefined, { ref: false })
    response.writeHead(method ? 200 : 404).end(method ? '{"ok":true,"result":[]}' : '')
  }

  private async webhook(address: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { data } = JSON.parse(await bodyOf(request)) as { data: { operator: string; disruption: string; revision: number; text: string } }
    const { operator, disruption, revision, text } = data
    const deliveryId = String(request.headers['webhook-id'])
    await this.answer({ operator, channel: 'WEBHOOK', address, disruption, revision, text, deliveryId }, response)
  }

  private telegram(operator: string, body: { chat_id: number; text: string }, response: ServerResponse): Promise<void> {
    return this.answer({ operator, channel: 'TELEGRAM', address: String(body.chat_id), text: body.text }, response)
  }

  private async answer(raw: Omit<Raw, 'atMs' | 'outcome'>, response: ServerResponse): Promise<void> {
    const answer = this.behaviour({ operator: raw.operator, channel: raw.channel, count: ++this.count })
    if (answer.kind === 'hang') return
    const outcome = answer.kind === 'cut' ? 'cut' : answer.kind === 'refuse' ? 'refused' : 'accepted'
    this.arrivals.push({ ...raw, atMs: Date.now(), outcome })
    if (answer.kind === 'take') {
      if (answer.afterMs) await sleep(answer.afterMs)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"result":{"message_id":1}}')
    } else if (answer.kind === 'refuse') {
      const body = answer.retryAfter ? `{"ok":false,"parameters":{"retry_after":${answer.retryAfter}}}` : '{"ok":false}'
      response.writeHead(answer.status, answer.retryAfter ? { 'retry-after': String(answer.retryAfter) } : {}).end(body)
    } else {
      this.cuts++
      response.socket?.resetAndDestroy()
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
