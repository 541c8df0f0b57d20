import { type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nowMs } from '../latency/clock'

export type ToSink = { readonly kind: 'expect'; readonly count: number; readonly delayMs: number }

export type FromSink =
  | { readonly kind: 'listening'; readonly port: number }
  /** So many chats have got a message; steady milliseconds of the first and the last. `messages`: with those that came twice. */
  | { readonly kind: 'arrived'; readonly first: number; readonly last: number; readonly messages: number }

/** A messenger, a process of its own: it speaks as much of the Telegram Bot API as is needed, and answers after a while. */
function main(): void {
  let expected: { count: number; delayMs: number; first: number; messages: number; chats: Set<string> } | undefined
  process.on('message', ({ count, delayMs }: ToSink) => (expected = { count, delayMs, first: 0, messages: 0, chats: new Set() }))
  process.on('disconnect', () => process.exit(0))
  const take = (body: string) => {
    const now = nowMs()
    const chat = /"chat_id":"?(\d+)/.exec(body)?.[1] ?? ''
    if (!expected) return
    expected.first ||= now
    expected.messages++
    expected.chats.add(chat)
    if (expected.chats.size === expected.count) tell({ kind: 'arrived', first: expected.first, last: now, messages: expected.messages })
  }
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      take(body)
      if (expected?.delayMs) setTimeout(answer, expected.delayMs, response)
      else answer(response)
    })
  })
  server.listen(0, '127.0.0.1', () => tell({ kind: 'listening', port: (server.address() as AddressInfo).port }))
}

const answer = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"result":{"message_id":1}}')

const tell = (message: FromSink): void => void process.send?.(message)

if (require.main === module) main()
