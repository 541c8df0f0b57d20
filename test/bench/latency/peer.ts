import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nowMs } from './clock'
import { type Plan, planAt, snapshotBytes, timetableZip } from './plan'

/** Who a snapshot is for, or whose messages are counted. */
export type Side = 'ours' | 'naive'

export type ToPeer =
  /** Makes a snapshot for the poll that waits. */
  | { readonly kind: 'snapshot'; readonly side: Side; readonly n: number; readonly feedTime: number; readonly late: number | undefined }
  /** Tells when so many messages have arrived, counted from now. */
  | { readonly kind: 'expect'; readonly side: Side; readonly count: number }

export type FromPeer =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'answered'; readonly side: Side }
  /** So many messages have arrived; milliseconds of the machine's steady clock. */
  | { readonly kind: 'arrived'; readonly side: Side; readonly first: number; readonly last: number }

/**
 * The outside world of the latency benchmark, a process of its own: a host whose feed answers a poll only when there is a new snapshot (so that
 * the poller's interval is not measured), and a messenger that speaks the Telegram Bot API and notes when requests arrive.
 */
class Peer {
  private readonly plan: Plan
  private readonly polls = new Map<Side, ServerResponse>()
  private readonly ready = new Map<Side, Uint8Array>()
  private readonly expected = new Map<Side, { count: number; first: number; seen: number }>()

  constructor(base: number) {
    this.plan = planAt(base)
  }

  take(message: ToPeer): void {
    if (message.kind === 'expect') return void this.expected.set(message.side, { count: message.count, first: 0, seen: 0 })
    this.ready.set(message.side, snapshotBytes(this.plan, message.n, message.feedTime, message.late))
    this.answer(message.side)
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const [, place, side] = (request.url ?? '').split('/') as [string, string, Side]
    if (place === 'gtfs.zip') return void response.end(timetableZip(this.plan))
    if (place === 'feed') return this.poll(side, response)
    this.message(place as Side, request, response)
  }

  private poll(side: Side, response: ServerResponse): void {
    this.polls.set(side, response)
    this.answer(side)
  }

  private answer(side: Side): void {
    const [poll, body] = [this.polls.get(side), this.ready.get(side)]
    if (!poll || !body) return
    this.polls.delete(side)
    this.ready.delete(side)
    poll.writeHead(200, { 'content-length': body.length, 'content-type': 'application/x-protobuf' })
    poll.end(body)
    tell({ kind: 'answered', side })
  }

  private message(side: Side, request: IncomingMessage, response: ServerResponse): void {
    const at = nowMs()
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"result":{"message_id":1}}')
    const expected = this.expected.get(side)
    if (!expected) return
    expected.seen++
    if (expected.seen === 1) expected.first = at
    if (expected.seen === expected.count) tell({ kind: 'arrived', side, first: expected.first, last: at })
  }
}

const tell = (message: FromPeer): void => void process.send?.(message)

function main(): void {
  const peer = new Peer(Number(process.argv[2]))
  process.on('message', (message: ToPeer) => peer.take(message))
  process.on('disconnect', () => process.exit(0))
  const server = createServer({ keepAliveTimeout: 600_000 }, peer.handle)
  server.listen(0, '127.0.0.1', () => tell({ kind: 'listening', port: (server.address() as AddressInfo).port }))
}

if (require.main === module) main()
