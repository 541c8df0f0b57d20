import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { OutMessage } from '#channels/messenger'

export const message = (extra: Partial<OutMessage> = {}): OutMessage => ({
  id: 'a1b2c3d4',
  address: '4242',
  subject: 'Tram 3 towards Nord: 10–15 min late',
  text: 'Tram 3 towards Nord: 10–15 min late until about 09:30. *[x](http://evil)* <b> As of 09:02.',
  language: 'en',
  stage: 'WHOLE',
  facts: { operator: 'lindenau', disruption: 'd1', revision: 1 },
  unsubscribeUrl: undefined,
  nowMs: Date.now(),
  ...extra,
})

export interface Seen {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Peer {
  readonly root: string
  readonly seen: Seen[]
  /** What it does with the next requests; 200 `{ok:true}` when the list is empty. */
  readonly script: ((response: ServerResponse) => void)[]
  close(): Promise<void>
}

/** A local HTTP server that records what came over the wire and plays the answers of its script. */
export async function peer(): Promise<Peer> {
  const seen: Seen[] = []
  const script: Peer['script'] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      const play = script.shift() ?? ((r) => r.end('{"ok":true,"result":{"message_id":7}}'))
      play(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve())))
  return { root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, script, close }
}

export const answers =
  (status: number, body: object | string, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
export const resets = (response: ServerResponse) => void response.socket?.resetAndDestroy()
