import { Test } from '@nestjs/testing'
import pino from 'pino'
import { RiderDesk } from '#apps/gateway/riders/riderDesk'
import { allLine, subscribed } from '#apps/gateway/riders/edits'
import { MatchModule } from '#apps/match/match.module'
import { SendModule } from '#apps/send/send.module'
import type { Bus } from '#bus/bus'
import { BusStrategy } from '#bus/strategy'
import { disruptions, lines } from '#bus/topics'
import { publish } from '#bus/typed'
import { allCohortShards } from '#domain/dispatch'
import { type Disruption, lineScope } from '#domain/disruption'
import type { Clock, HttpRequest, HttpResponse, Net } from '#domain/ports'
import type { Rider } from '#domain/rider'
import type { Keys } from '#service/keys'
import { realRandom } from '#service/randoms'
import { realClock } from '#service/realClock'
import type { OperatorSettings, Settings } from '#service/settings'
import type { Store } from '#store/ports'
import { lineOf } from '../libs/matching/cityLine'

export const operator = 'lindenau'

/** Real time, so many milliseconds ahead: what waits for a retry need not be waited for. */
export const ahead = (ms: number): Clock => ({ ...realClock, now: () => realClock.now() + ms })

/** A messenger that keeps what it has accepted, and accepts only while `may` says so. */
export class Phone implements Net {
  readonly accepted: { readonly chat: number; readonly text: string }[] = []
  may: () => boolean = () => true
  /** 500: it fails, and its account is given ever longer rests; 429: it asks for a second. */
  refusal: 500 | 429 = 500

  async request({ body }: HttpRequest): Promise<HttpResponse> {
    const { chat_id: chat, text } = JSON.parse(String(body)) as { chat_id: number | string; text: string }
    if (!this.may()) return { status: this.refusal, headers: {}, body: Buffer.from('{"ok":false,"parameters":{"retry_after":1}}') }
    this.accepted.push({ chat: Number(chat), text })
    return { status: 200, headers: {}, body: Buffer.from('{"ok":true,"result":{"message_id":1}}') }
  }

  /** Texts by chat. */
  byChat = (): Map<number, string[]> =>
    new Map([...Map.groupBy(this.accepted, ({ chat }) => chat)].map(([chat, all]) => [chat, all.map(({ text }) => text)]))
}

export interface Parts {
  readonly bus: Bus
  readonly store: Store
  readonly keys: Keys
  readonly net: Net
  readonly clock?: Clock
}

/** The matcher and the sender in this process, over any bus and store, and the desk at which riders are written. */
export async function startTown(parts: Parts) {
  const clock = parts.clock ?? realClock
  const log = pino({ level: process.env.TOWN_LOG ?? 'silent' })
  const platform = { ...parts, clock, log, random: realRandom, settings }
  const { PlatformModule } = await import('#service/platform.module')
  const module = await Test.createTestingModule({ imports: [PlatformModule.of(platform), MatchModule, SendModule] }).compile()
  const app = module.createNestMicroservice({ strategy: new BusStrategy(parts.bus), logger: false })
  await app.listen()
  return { stop: () => app.close() }
}

export const deskOf = ({ bus, store, keys, clock = realClock }: Parts): RiderDesk => new RiderDesk(bus, store, clock, keys, realRandom)

/** Chat `chat` subscribes to a line. */
export const subscribe = (desk: RiderDesk, chat: number, line = 'tram-3'): Promise<Rider | undefined> =>
  desk.changeAt({ operator, channel: 'TELEGRAM', address: String(chat) }, 'en', (rider) =>
    subscribed(rider, [allLine(line, 'TELEGRAM')], Math.floor(realClock.now() / 1000), 'test'),
  )

export const twoLines = (bus: Bus) => publish(bus, lines, ['tram-1', 'tram-3'].map((id) => lineOf(id, ['A', 'B', 'C', 'D', 'E'], operator))) // prettier-ignore

export function delayOf(id: string, { closing = false, line = 'tram-3' } = {}): Disruption {
  const at = Math.floor(realClock.now() / 1000)
  const revision = {
    number: 1, at, severity: 'WARNING', effect: 'SIGNIFICANT_DELAYS', scopes: [lineScope(line)], delayMin: 300, delayMax: 720,
    cancelled: [], estimatedEnd: 0, declaredEnd: 0, nextUpdate: 0, closing: false,
  } as const // prettier-ignore
  return {
    operator, id, rule: 'DELAY', origin: 'DETECTED', state: closing ? 'CLOSED' : 'OPEN', publication: 'TOLD', scopes: [lineScope(line)],
    effect: 'SIGNIFICANT_DELAYS', cause: 'UNKNOWN_CAUSE', severity: 'WARNING', suspectedAt: at, openedAt: at, closedAt: closing ? at : 0,
    communication: { start: 0, end: 0 }, impact: [], texts: [], evidence: '{}',
    revisions: [revision, ...(closing ? [{ ...revision, number: 2, closing: true }] : [])],
  } // prettier-ignore
}

export const say = (bus: Bus, ...list: Disruption[]) => publish(bus, disruptions, list)

/** Nothing of any cohort is left to do. */
export const untilQuiet = ({ cohorts }: Store): Promise<void> =>
  until(async () => (await cohorts.due('TELEGRAM', allCohortShards, Number.MAX_SAFE_INTEGER, 1)).length === 0)

export async function until(holds: () => unknown, ms = 60_000): Promise<void> {
  const end = realClock.elapsed() + ms
  while (!(await Promise.resolve(holds()).catch(() => false))) {
    if (realClock.elapsed() > end) throw new Error(`it never came: ${holds.toString()}`)
    await realClock.sleep(20)
  }
}

const operatorSettings: OperatorSettings = {
  id: operator,
  name: 'Lindenau',
  timezone: 'Europe/Berlin',
  languages: ['de', 'en'],
  timetable: { url: undefined, file: undefined, headers: {}, refreshMs: 1 },
  feeds: [],
  channels: {
    telegram: { token: '1:test', bot: 'test_bot', apiRoot: 'http://phone.test', perSecond: 2000, webhookSecret: undefined },
    webhook: undefined,
    email: undefined,
  },
  policy: { default: 'auto' },
  detection: {} as never,
  staff: [],
  allowPrivateAddresses: true,
  contact: undefined,
}

const settings: Settings = { host: '127.0.0.1', port: 0, home: '/nowhere', publicUrl: undefined, operators: [operatorSettings] }
