import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SentMessage {
  /** The token of the bot that sent it. */
  readonly token: string
  readonly chat: number
  readonly text: string
}

interface Bot {
  /** Updates not yet confirmed by an offset. */
  pending: { update_id: number }[]
  nextUpdate: number
  /** Answers the long poll that is waiting, if one is. */
  wake: (() => void) | undefined
}

const longestPollMs = 2000

/** The Telegram Bot API at the wire, over real HTTP: keeps whatever is sent, and lets people write to bots. */
export class MessengerServer {
  readonly sent: SentMessage[] = []
  private readonly bots = new Map<string, Bot>()
  private readonly server: Server
  private person = 0

  constructor() {
    this.server = createServer((request, response) => void this.serve(request, response))
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => void this.server.listen(0, '127.0.0.1', resolve))
  }

  url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    for (const bot of this.bots.values()) bot.wake?.()
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  /** A chat that nobody has written from. */
  newChat = (): number => 5000 + ++this.person

  /** Somebody writes to a bot. */
  write(token: string, chat: number, text: string, language = 'en'): void {
    const bot = this.bot(token)
    const from = { id: chat, is_bot: false, first_name: 'Rider', language_code: language }
    const message = { message_id: bot.nextUpdate, from, chat: { id: chat, type: 'private', first_name: 'Rider' }, date: 1, text }
    const update = { update_id: bot.nextUpdate++, message }
    bot.pending.push(update)
    bot.wake?.()
  }

  /** What a chat got from a bot, oldest first. */
  of = (token: string, chat: number): string[] => this.sent.filter((m) => m.token === token && m.chat === chat).map((m) => m.text)

  private bot(token: string): Bot {
    const bot = this.bots.get(token) ?? { pending: [], nextUpdate: 1, wake: undefined }
    this.bots.set(token, bot)
    return bot
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)/.exec(request.url ?? '') ?? []
    const body = await bodyOf(request)
    const result = method === 'sendMessage' ? this.receive(token, body) : method === 'getUpdates' ? await this.updates(token, body) : true
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ok: true, result }))
  }

  private receive(token: string, body: { chat_id?: number; text?: string }) {
    this.sent.push({ token, chat: body.chat_id ?? 0, text: body.text ?? '' })
    return { message_id: this.sent.length, date: 1, chat: { id: body.chat_id, type: 'private' } }
  }

  private async updates(token: string, { offset = 0 }: { offset?: number }) {
    const bot = this.bot(token)
    bot.pending = bot.pending.filter((u) => u.update_id >= offset)
    if (bot.pending.length === 0) await this.untilWritten(bot)
    return bot.pending
  }

  private untilWritten(bot: Bot): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(handle)
        bot.wake = undefined
        resolve()
      }
      const handle = setTimeout(end, longestPollMs)
      bot.wake = end
    })
  }
}

async function bodyOf(request: IncomingMessage): Promise<{ chat_id?: number; text?: string; offset?: number }> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString() || '{}') as { chat_id?: number; text?: string; offset?: number }
}
