import { type HttpRequest, type HttpResponse, NetError } from '#domain/ports'
import type { OutMessage } from '#channels/messenger'
import type { ChannelName } from '#domain/rider'
import type { Arrival } from '../laws/history'
import type { Life } from './life'
import type { Universe } from './universe'

/** What a request says of itself, by what our messenger was asked to send. */
export interface Sending {
  readonly operator: string
  readonly channel: ChannelName
  readonly message: OutMessage
  readonly life: Life
  /** When the sender made it, epoch ms. */
  readonly madeAtMs: number
}

export interface SimArrival extends Arrival {
  readonly life: Life
  readonly madeAtMs: number
}

interface Facts {
  readonly disruption: string
  readonly revision: number
}

type Trouble = 'down' | 'floods' | 'hangs' | 'takes and resets' | 'refuses it'

/** The messengers' servers and the riders' endpoints: they note all that reaches them, and answer as chance wills. */
export class Messengers {
  readonly arrivals: SimArrival[] = []
  /** Addresses that are gone, and since when. */
  readonly gone = new Map<string, number>()

  constructor(private readonly universe: Universe) {}

  /** Where the request arrives. Throws a NetError where no answer comes. */
  answer(request: HttpRequest, sending: Sending): HttpResponse {
    const { chance, plan, notes } = this.universe
    if (this.gone.has(addressOf(sending))) return this.blocked(sending)
    const trouble = this.outage() ?? (plan.messenger > 0 && chance.is(plan.messenger) ? chance.pick(troubles) : undefined)
    if (trouble) notes.sometimes(`messenger: ${trouble}`)
    const isTelegram = sending.channel === 'TELEGRAM'
    switch (trouble) {
      case 'down':
        this.note(sending, 'refused')
        return answer(500)
      case 'floods':
        return this.flooded(sending, isTelegram)
      case 'hangs':
        this.note(sending, chance.is(0.5) ? 'cut' : 'refused')
        throw new NetError('TIMEOUT', `no answer within ${request.timeoutMs} ms`, true)
      case 'takes and resets':
        this.note(sending, 'cut')
        throw new NetError('UNREACHABLE', 'connection reset', true)
      case 'refuses it':
        this.note(sending, 'refused')
        return answer(400, { description: 'Bad Request: message is too strange' })
      default:
        this.note(sending, 'accepted')
        return answer(200, { ok: true, result: { message_id: this.arrivals.length } })
    }
  }

  private outage(): Trouble | undefined {
    for (const trouble of ['down', 'floods', 'hangs', 'takes and resets'] as const) {
      if (this.universe.isDown(`messenger ${trouble}`)) return trouble
    }
    return undefined
  }

  private blocked(sending: Sending): HttpResponse {
    this.universe.notes.sometimes('messenger: address is gone')
    this.note(sending, 'refused')
    return sending.channel === 'TELEGRAM' ? answer(403, { description: 'Forbidden: bot was blocked by the user' }) : answer(410)
  }

  private flooded(sending: Sending, isTelegram: boolean): HttpResponse {
    const seconds = this.universe.chance.whole(3, 40)
    this.note(sending, 'refused')
    const headers = { 'retry-after': String(seconds) }
    return isTelegram ? answer(429, { parameters: { retry_after: seconds } }) : { ...answer(429), headers }
  }

  private note(sending: Sending, outcome: Arrival['outcome']): void {
    const { operator, channel, message, life, madeAtMs } = sending
    const { disruption, revision } = message.facts as Facts
    const address = addressOf(sending)
    const atMs = this.universe.timeline.now()
    this.universe.notes.step(`→ ${channel} ${address} ${operator}/${disruption}@${revision} ${outcome} (${life.name})`)
    this.arrivals.push({ atMs, operator, channel, address, disruption, revision, deliveryId: message.id, outcome, life, madeAtMs })
  }
}

const troubles: readonly Trouble[] = ['down', 'floods', 'hangs', 'takes and resets', 'refuses it']

/** A chat id, or the URL of an endpoint. */
export function addressOf({ channel, message }: Pick<Sending, 'channel' | 'message'>): string {
  return channel === 'WEBHOOK' ? (JSON.parse(message.address) as { url: string }).url : message.address
}

const answer = (status: number, body: object = {}): HttpResponse => ({ status, headers: {}, body: Buffer.from(JSON.stringify(body)) })
