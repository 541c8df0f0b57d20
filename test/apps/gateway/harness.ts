import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import pino from 'pino'
import { Module } from '@nestjs/common'
import { memoryBus } from '#bus/memory'
import { BusStrategy } from '#bus/strategy'
import { disruptions, lines, observations, riders } from '#bus/topics'
import { decodeBatch, publish } from '#bus/typed'
import type { Disruption, Revision } from '#domain/disruption'
import { lineScope } from '#domain/disruption'
import type { Line } from '#domain/line'
import type { Notice } from '#domain/observation'
import type { HttpRequest, HttpResponse, Net } from '#domain/ports'
import { pageScope } from '#matching/places'
import { placesOf } from '#matching/placesOf'
import { tablesIn } from '#matching/tables'
import { keysFrom } from '#service/keys'
import { PlatformModule } from '#service/platform.module'
import { seededRandom } from '#service/randoms'
import { realClock } from '#service/realClock'
import type { OperatorSettings, Settings } from '#service/settings'
import type { Platform } from '#service/tokens'
import { markComplete } from '#store/complete'
import { memoryStore } from '#store/memory'
import { GatewayModule } from '../../../apps/gateway/gateway.module'
import { setupGateway } from '../../../apps/gateway/setupGateway'

/** The gateway on memory adapters, with the outside of its seams in a few lines: a matcher that applies riders, a detector that obeys notices. */
export interface Rig {
  readonly app: NestFastifyApplication
  readonly platform: Platform
  /** Requests to messengers and endpoints. */
  readonly sent: HttpRequest[]
  close(): Promise<void>
}

export async function startGateway(net: (request: HttpRequest) => HttpResponse = accept, changes: Partial<Settings> = {}): Promise<Rig> {
  const sent: HttpRequest[] = []
  const bus = memoryBus(realClock)
  const store = memoryStore(realClock.now)
  const platform: Platform = {
    bus,
    store,
    clock: realClock,
    random: seededRandom('gateway'),
    keys: keysFrom(Buffer.alloc(32, 7)),
    net: recording(sent, net),
    log: pino({ level: 'silent' }),
    settings: {
      host: '127.0.0.1',
      port: 0,
      home: '/nowhere',
      publicUrl: 'https://alerts.example.org',
      operators: [lindenau, seebach],
      ...changes,
    },
  }
  await markComplete(store.state, 'test')
  await applyRiders(platform)
  await obeyNotices(platform)
  await publish(bus, lines, [...linesOf('lindenau'), ...linesOf('seebach')])
  const app = await NestFactory.create<NestFastifyApplication>(moduleOf(platform), new FastifyAdapter(), { logger: false })
  await setupGateway(app)
  app.connectMicroservice({ strategy: new BusStrategy(bus) }, { inheritAppConfig: true })
  await app.startAllMicroservices()
  await app.init()
  await app.getHttpAdapter().getInstance().ready()
  return {
    app,
    platform,
    sent,
    async close() {
      await app.close()
      await bus.close()
    },
  }
}

function moduleOf(platform: Platform) {
  @Module({ imports: [PlatformModule.of(platform), GatewayModule] })
  class TestModule {}
  return TestModule
}

const accept = (): HttpResponse => ({ status: 200, headers: {}, body: Buffer.from('{"ok":true,"result":true}') })

const recording = (sent: HttpRequest[], answer: (request: HttpRequest) => HttpResponse): Net => ({
  async request(request) {
    sent.push(request)
    return answer(request)
  },
})

async function applyRiders({ bus, store }: Platform) {
  const tables = tablesIn(store.state)
  await bus.consume('riders', 'test-matcher', async (batch) => {
    for (const { key = '', value, position } of decodeBatch(riders, batch, () => {})) {
      const [operator = '', id = ''] = key.split('/')
      const old = await store.riders.byId(operator, id)
      const oldScopes = old ? riders.codec.decode(old.record).subscriptions.map((s) => s.scope) : []
      if (old) await Promise.all(oldScopes.map((s) => store.pages.drop(pageScope(operator, s), old.number)))
      if (!value) {
        await store.riders.erase(operator, id, position)
        continue
      }
      const { places } = await placesOf(value, tables)
      for (const [scope, records] of places) await store.pages.put(pageScope(operator, scope), value.number, records)
      const hashes = value.addresses.map((a) => Buffer.from(a.hash).toString('hex'))
      await store.riders.put(operator, { id, number: value.number, position, record: riders.codec.encode(value), hashes })
    }
  })
}

async function obeyNotices({ bus }: Platform) {
  const known = new Map<string, Disruption>()
  const seen = new Set<string>()
  await bus.follow('disruptions', (batch) => {
    for (const { value } of decodeBatch(disruptions, batch, () => {})) if (value) known.set(`${value.operator}/${value.id}`, value)
  })
  await bus.consume('observations', 'test-detector', async (batch) => {
    for (const { value } of decodeBatch(observations, batch, () => {})) {
      if (value?.kind !== 'notice' || seen.has(value.notice.id)) continue
      seen.add(value.notice.id)
      const after = obey(value.notice, known.get(`${value.notice.operator}/${value.notice.disruption}`))
      if (after) await publish(bus, disruptions, [after])
    }
  })
}

function obey(n: Notice, before: Disruption | undefined): Disruption | undefined {
  if (n.act === 'ISSUE') return disruptionOf(n.operator, n.disruption, { ...n, origin: 'DECLARED', rule: 'NOTICE' })
  if (!before) return undefined
  const last = before.revisions.at(-1) as Revision
  const next = (change: Partial<Revision>) => [...before.revisions, { ...last, number: last.number + 1, at: n.at, ...change }]
  if (n.act === 'CLEAR') return { ...before, state: 'CLOSED', closedAt: n.at, revisions: next({ closing: true }) }
  if (n.act === 'CONFIRM') return { ...before, publication: 'TOLD' }
  if (n.act === 'DISMISS') return { ...before, publication: 'WITHDRAWN' }
  return { ...before, severity: n.severity, texts: n.texts, revisions: next({ severity: n.severity, declaredEnd: n.until }) }
}

export function disruptionOf(operator: string, id: string, change: Partial<Disruption> = {}): Disruption {
  const at = Math.floor(realClock.now() / 1000)
  const scopes = change.scopes ?? [lineScope('tram-3')]
  const { severity = 'WARNING', effect = 'SIGNIFICANT_DELAYS' } = change
  const facts = { number: 1, at, severity, effect, scopes, cancelled: [], estimatedEnd: 0, declaredEnd: 0, nextUpdate: 0, closing: false }
  return {
    operator,
    id,
    rule: 'DELAY',
    origin: 'DETECTED',
    state: 'OPEN',
    publication: 'TOLD',
    scopes,
    effect,
    severity,
    cause: 'UNKNOWN_CAUSE',
    suspectedAt: at,
    openedAt: at,
    closedAt: 0,
    communication: { start: at, end: 0 },
    impact: [],
    revisions: [{ ...facts, delayMin: effect === 'SIGNIFICANT_DELAYS' ? 600 : 0, delayMax: effect === 'SIGNIFICANT_DELAYS' ? 900 : 0 }],
    texts: [],
    evidence: '{"trips":4}',
    ...pick(change),
  }
}

/** Only what is a disruption's: a notice has fields of its own. */
function pick(change: Partial<Disruption>): Partial<Disruption> {
  const { rule, origin, state, publication, cause, texts, evidence, communication, impact } = change
  return Object.fromEntries(
    Object.entries({ rule, origin, state, publication, cause, texts, evidence, communication, impact }).filter(([, v]) => v !== undefined),
  )
}

export const linesOf = (operator: string): Line[] => [
  line(operator, 'tram-3', '3', 'TRAM', 'c8102e'),
  line(operator, 'bus-12', '12', 'BUS', '005ca9'),
  line(operator, 'subway-u6', 'U6', 'SUBWAY', 'f2c94c'),
]

function line(operator: string, id: string, name: string, mode: Line['mode'], color: string): Line {
  const stops = ['Nord', 'Markt', 'Hauptbahnhof', 'Messe'].map((stop, i) => ({ id: `s${i}`, name: stop, lat: 0, lon: 0 }))
  return {
    operator,
    id,
    name,
    mode,
    color,
    textColor: 'ffffff',
    routes: [`r-${id}`],
    stops,
    neighbours: [],
    hours: 0,
    timetable: 'v1',
    directions: [
      { id: 0, towards: 'Messe', order: [0, 1, 2, 3] },
      { id: 1, towards: 'Nord', order: [3, 2, 1, 0] },
    ],
  }
}

const operator = (id: string, name: string): OperatorSettings => ({
  id,
  name,
  timezone: 'Europe/Berlin',
  languages: ['de', 'en'],
  policy: { default: 'auto' },
  contact: undefined,
  timetable: { url: undefined, file: 'x', headers: {}, refreshMs: 1 },
  feeds: [],
  channels: {
    telegram: { token: `${id}-token`, bot: `${id}_bot`, apiRoot: 'http://telegram.test', perSecond: 30, webhookSecret: `${id}-secret` },
    webhook: { perSecond: 10, allowPrivateAddresses: false },
    email: undefined,
  },
  detection: {
    lateSeconds: 300,
    minTrips: 2,
    minShare: 0.3,
    feedsToOpen: 3,
    feedsToClose: 3,
    clearSeconds: 120,
    severeSeconds: 1200,
    updateStepSeconds: 300,
    updateAfterSeconds: 300,
  },
  staff: [{ name: `${name} desk`, token: `${id}-staff-token` }],
  allowPrivateAddresses: false,
})

export const lindenau = operator('lindenau', 'Lindenauer Verkehr')
export const seebach = operator('seebach', 'Seebach Bus')

export const staffHeaders = (id: string) => ({ authorization: `Bearer ${id}-staff-token` })

/** Until it holds, at most two seconds. */
export async function until(holds: () => unknown): Promise<void> {
  for (let i = 0; i < 400 && !(await holds()); i++) await realClock.sleep(5)
}
