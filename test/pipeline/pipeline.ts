import 'reflect-metadata'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import pino from 'pino'
import { AppModule } from '#apps/all-in-one/app.module'
import { createApp } from '#apps/all-in-one/nestApp'
import { memoryBus } from '#bus/memory'
import { BusStrategy } from '#bus/strategy'
import type { FeedView, StaffDisruption } from '#domain/controlRoom'
import type { Clock } from '#domain/ports'
import { Health } from '#service/health'
import { keysFrom } from '#service/keys'
import { createNet } from '#service/net'
import { seededRandom } from '#service/randoms'
import { realClock } from '#service/realClock'
import type { OperatorSettings, Settings } from '#service/settings'
import type { Platform } from '#service/tokens'
import { memoryStore } from '#store/memory'
import { FeedHost } from '../apps/ingest/feedHost'
import { MessengerServer } from './messengerServer'
import { type Situation, noon, townFeed, townZip } from './town'

/** Real time, but as if the test had begun at noon of that Monday. */
const noonClock = (): Clock => {
  const shift = noon * 1000 - realClock.now()
  return { ...realClock, now: () => realClock.now() + shift }
}

/** Header times begin this far in the past, so that snapshots may follow each other faster than their times do. */
const feedsBehind = 120
const feedStep = 3

/**
 * All stages in one application, as all-in-one wires them, on the memory adapters; outside of it a host of feeds and a messenger, both over
 * real HTTP. What a test does goes in by the feeds, the chats and the API, and comes out at the messenger.
 */
export class Pipeline {
  readonly feeds = new FeedHost()
  readonly messenger = new MessengerServer()
  private readonly home = mkdtempSync(join(tmpdir(), 'linienfunk-pipeline-'))
  private readonly clock = noonClock()
  private readonly net = createNet()
  private readonly feedTimes = new Map<string, number>()
  private app: NestFastifyApplication | undefined
  private platform: Platform | undefined

  /** Operators by id; each has the same town, lines of the same names, and a policy of its own. */
  async open(policies: Readonly<Record<string, OperatorSettings['policy']>>): Promise<this> {
    await this.feeds.start()
    await this.messenger.start()
    const operators = Object.entries(policies).map(([id, policy]) => this.operator(id, policy))
    for (const { id, name } of operators) {
      this.feeds.put(`/${id}/gtfs.zip`, townZip(name))
      this.put(id)
    }
    const settings: Settings = { host: '127.0.0.1', port: 0, home: this.home, publicUrl: undefined, operators }
    await this.start(settings)
    for (const { id } of operators) await this.until(async () => (await this.feed(id)).state === 'OK')
    return this
  }

  async close(): Promise<void> {
    await this.app?.close()
    await this.platform?.bus.close()
    await this.net.close()
    await this.feeds.stop()
    await this.messenger.stop()
    rmSync(this.home, { recursive: true, force: true })
  }

  /** The next snapshot of an operator, once detection may have seen it. */
  async snapshot(operator: string, situation?: Situation): Promise<void> {
    const at = this.put(operator, situation)
    await this.until(async () => (await this.feed(operator)).feedTime === at)
  }

  /** So many snapshots one after the other. */
  async snapshots(operator: string, count: number, situation?: Situation): Promise<void> {
    for (let i = 0; i < count; i++) await this.snapshot(operator, situation)
  }

  /** Bytes that are no good snapshot, until they were fetched and put aside for this reason. */
  async badSnapshot(operator: string, body: Buffer, reason: string): Promise<void> {
    this.feeds.put(feedPath(operator), body)
    await this.until(async () => (await this.feed(operator)).reason === reason)
  }

  /** Bytes of a snapshot as of the next moment, without publishing them. */
  nextBytes(operator: string, situation?: Situation): Buffer {
    return townFeed(this.nextTime(operator), situation)
  }

  /** Somebody writes to an operator's bot and gets an answer. */
  async write(operator: string, chat: number, text: string, language?: string): Promise<string> {
    const before = this.messenger.of(tokenOf(operator), chat).length
    this.messenger.write(tokenOf(operator), chat, text, language)
    await this.until(() => this.messenger.of(tokenOf(operator), chat).slice(before).some(isAnswer))
    return this.messenger.of(tokenOf(operator), chat).slice(before).find(isAnswer) ?? ''
  }

  /** A new rider of these lines. */
  async rider(operator: string, lines: string, language?: string): Promise<number> {
    const chat = this.messenger.newChat()
    await this.write(operator, chat, lines, language)
    return chat
  }

  /** What a chat was told by an operator, without the answers of the conversation. */
  told = (operator: string, chat: number): string[] => this.messenger.of(tokenOf(operator), chat).filter((text) => !isAnswer(text))

  /** Everything that was told by an operator: chat → messages. */
  allTold(operator: string): Map<number, string[]> {
    const told = this.messenger.sent.filter((m) => m.token === tokenOf(operator) && !isAnswer(m.text))
    const byChat = Map.groupBy(told, (m) => m.chat)
    return new Map([...byChat].map(([chat, messages]) => [chat, messages.map((m) => m.text)]))
  }

  /** A request to our own API, as staff of an operator unless said otherwise. */
  async api(operator: string, method: 'GET' | 'POST', path: string, body?: object, headers: Readonly<Record<string, string>> = {}) {
    const authorization = `Bearer ${staffToken(operator)}`
    const answer = await this.http().inject({ method, url: path, payload: body, headers: { authorization, ...headers } })
    return { status: answer.statusCode, headers: answer.headers, text: answer.payload, raw: answer.rawPayload }
  }

  async disruptions(operator: string): Promise<StaffDisruption[]> {
    return JSON.parse((await this.api(operator, 'GET', '/api/v1/disruptions')).text) as StaffDisruption[]
  }

  async feed(operator: string): Promise<FeedView> {
    const { feeds } = JSON.parse((await this.api(operator, 'GET', '/api/v1/me')).text) as { feeds: FeedView[] }
    return feeds[0] as FeedView
  }

  /** Until it holds; says after ten seconds that it never did. */
  async until(holds: () => unknown): Promise<void> {
    const end = realClock.elapsed() + 10_000
    while (!(await holds())) {
      if (realClock.elapsed() > end) throw new Error(`it never came: ${holds.toString()}`)
      await realClock.sleep(10)
    }
  }

  /** Until an operator's slots have all come to an end, and nothing is left that could still be told. */
  untilSent(operator: string): Promise<void> {
    return this.until(async () => (await this.disruptions(operator)).every(isSent))
  }

  private http(): NestFastifyApplication {
    if (!this.app) throw new Error('not open')
    return this.app
  }

  private async start(settings: Settings): Promise<void> {
    const { clock, net } = this
    const log = pino({ level: process.env.PIPELINE_LOG ?? 'silent' })
    const bus = memoryBus(clock)
    const keys = keysFrom(Buffer.alloc(32, 7))
    this.platform = { bus, net, clock, settings, log, keys, store: memoryStore(clock.now), random: seededRandom('pipeline') }
    this.app = await createApp(AppModule.of(this.platform, new Health(), undefined), settings, log)
    this.app.connectMicroservice({ strategy: new BusStrategy(bus) }, { inheritAppConfig: true })
    await this.app.listen(0, '127.0.0.1')
    await this.app.startAllMicroservices()
  }

  private put(operator: string, situation?: Situation): number {
    const at = this.nextTime(operator)
    this.feeds.put(feedPath(operator), townFeed(at, situation))
    return at
  }

  private nextTime(operator: string): number {
    const at = (this.feedTimes.get(operator) ?? noon - feedsBehind) + feedStep
    this.feedTimes.set(operator, at)
    return at
  }

  private operator(id: string, policy: OperatorSettings['policy']): OperatorSettings {
    const feed = { id: 'trips', url: this.feeds.url(feedPath(id)), headers: {}, everyMs: 20, timeoutMs: 5000, maxBytes: 2 ** 20 }
    return {
      id,
      name: `${id} transit`,
      timezone: undefined,
      languages: ['de', 'en'],
      timetable: { url: this.feeds.url(`/${id}/gtfs.zip`), file: undefined, headers: {}, refreshMs: 3_600_000 },
      feeds: [{ ...feed, staleAfterMs: 600_000 }],
      channels: {
        telegram: { token: tokenOf(id), bot: `${id}_bot`, apiRoot: this.messenger.url(), perSecond: 1000, webhookSecret: undefined },
        webhook: undefined,
        email: undefined,
      },
      policy,
      detection: {
        lateSeconds: 300,
        minTrips: 2,
        minShare: 0.3,
        feedsToOpen: 2,
        feedsToClose: 3,
        clearSeconds: 180,
        severeSeconds: 1200,
        updateStepSeconds: 300,
        updateAfterSeconds: 0,
      },
      staff: [{ name: 'desk', token: staffToken(id) }],
      allowPrivateAddresses: true,
      contact: undefined,
    }
  }
}

const isSent = ({ delivery: { byState: s } }: StaffDisruption): boolean => s.PENDING + s.CLAIMED + s.PARKED === 0
const feedPath = (operator: string) => `/${operator}/trips.pb`
const tokenOf = (operator: string) => `1:${operator}-bot`
const staffToken = (operator: string) => `${operator}-staff-token-of-24-letters`

/** The bot's answers in a chat (apps/gateway/chat/replies.ts), in English or German; all else is told of disruptions. */
const isAnswer = (text: string): boolean =>
  /^(Welcome|Your lines|Stopped|No more messages|Willkommen|Ihre Linien|Angehalten|Keine Nachrichten mehr)/.test(text)
