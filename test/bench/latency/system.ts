import { setTimeout as sleep } from 'node:timers/promises'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { openPlatform } from '#service/openPlatform'
import { DetectModule } from '#apps/detect/detect.module'
import { IngestModule } from '#apps/ingest/ingest.module'
import { MatchModule } from '#apps/match/match.module'
import { SendModule } from '#apps/send/send.module'
import { BusStrategy } from '#bus/strategy'
import { lines, riders } from '#bus/topics'
import { followTopic, publish } from '#bus/typed'
import type { Rider } from '#domain/rider'
import { type Keys } from '#service/keys'
import { createLogger } from '#service/log'
import { PlatformModule } from '#service/platform.module'
import type { OperatorSettings, Settings } from '#service/settings'
import type { Platform } from '#service/tokens'
import { lineCount, lineName, lineOfRider, riderCount } from './plan'
import type { Watch } from './watch'

const operator = 'bench'
const publishedAtOnce = 5000

@Module({ imports: [IngestModule, DetectModule, MatchModule, SendModule] })
class Stages {}

export interface System {
  close(): Promise<void>
}

/** What of the defaults is another: the bus and the store (the embedded ones), and how many riders there are. */
export interface Where extends Pick<Settings, 'kafka' | 'redis'> {
  readonly riders?: number
}

/** The four stages in this process, wired as all-in-one does, with all riders subscribed. */
export async function startSystem(home: string, port: number, watch: Watch, where: Where = {}): Promise<System> {
  const log = createLogger('silent', false)
  const { riders: count = riderCount, ...parts } = where
  const real = await openPlatform({ ...settingsFor(home, port), ...parts }, log)
  const platform: Platform = { ...real, bus: watch.bus(real.bus), store: watch.store(real.store), net: watch.net(real.net) }
  const root = { module: Stages, imports: [PlatformModule.of(platform)] }
  const app = await NestFactory.create(root, new FastifyAdapter(), { logger: false })
  app.connectMicroservice({ strategy: new BusStrategy(platform.bus) }, { inheritAppConfig: true })
  await app.init()
  await app.startAllMicroservices()
  await subscribeAll(platform, watch, count)
  const close = async () => {
    await app.close()
    await real.close()
  }
  return { close }
}

async function subscribeAll({ bus, keys }: Platform, watch: Watch, count: number): Promise<void> {
  const ids = await lineIds(bus)
  for (let from = 0; from < count; from += publishedAtOnce) {
    const some = Array.from({ length: Math.min(publishedAtOnce, count - from) }, (_, i) => riderOf(from + i, ids, keys))
    await publish(bus, riders, some)
    while (watch.handled(riders.name) < from + some.length) await sleep(10)
  }
}

/** What ingest calls the lines, by what riders call them; waits for the timetable. */
async function lineIds(bus: Platform['bus']): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  const follower = await followTopic(bus, lines, (records) => {
    for (const { value } of records) if (value) ids.set(value.name, value.id)
  }, () => undefined) // prettier-ignore
  while (ids.size < lineCount) await sleep(20)
  await follower.stop()
  return ids
}

/** Half of the riders have a window, all a least delay, so that the filters have something to do; all pass. */
function riderOf(number: number, ids: ReadonlyMap<string, string>, keys: Keys): Rider {
  const [id, chat] = [`rider-${number}`, `${100_000 + number}`]
  const scope = `line:${ids.get(lineName(lineOfRider(number)))}`
  const windows = number % 2 === 0 ? [] : [{ days: 127, from: 0, until: 1440 }]
  return {
    operator, id, number: number + 1, language: number % 3 === 0 ? 'en' : 'de',
    addresses: [{ channel: 'TELEGRAM', sealed: keys.seal(operator, id, chat), hash: keys.hash(operator, 'TELEGRAM', chat), confirmed: true, stopped: false }],
    subscriptions: [{ scope, direction: 2, fromStop: '', toStop: '', windows, minSeverity: 'INFO', minDelay: 5, channel: 'TELEGRAM', fromHour: 0, untilHour: 0 }],
    consents: [{ at: 1, source: 'api', given: true }],
    pausedUntil: 0,
    createdAt: 1,
  } // prettier-ignore
}

function settingsFor(home: string, port: number): Settings {
  const root = `http://127.0.0.1:${port}`
  return { host: '127.0.0.1', port: 0, home, publicUrl: undefined, operators: [operatorAt(root)] }
}

/** The defaults of the configuration, but for the limit of the messenger and for feeds whose answer waits. */
const operatorAt = (root: string): OperatorSettings => ({
  id: operator,
  name: 'Bench',
  timezone: 'UTC',
  languages: ['de', 'en'],
  timetable: { url: `${root}/gtfs.zip`, file: undefined, headers: {}, refreshMs: 3_600_000 },
  feeds: [{ id: 'trips', url: `${root}/feed/ours`, headers: {}, everyMs: 1, timeoutMs: 280_000, maxBytes: 2 ** 26, staleAfterMs: 7_200_000 }],
  channels: {
    telegram: { token: '1:bench', bot: 'bench_bot', apiRoot: `${root}/ours`, perSecond: 10_000, webhookSecret: undefined },
    webhook: undefined,
    email: undefined,
  },
  policy: { default: 'auto' },
  detection: {
    lateSeconds: 300, minTrips: 2, minShare: 0.3, feedsToOpen: 2, feedsToClose: 3,
    clearSeconds: 180, severeSeconds: 1200, updateStepSeconds: 300, updateAfterSeconds: 600,
  },
  staff: [],
  allowPrivateAddresses: true,
  contact: undefined,
}) // prettier-ignore
