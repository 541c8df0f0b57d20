import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DynamicModule, INestApplication } from '@nestjs/common'
import { startApplication } from '#service/application'
import { Health } from '#service/health'
import { createLogger } from '#service/log'
import { openPlatform } from '#service/openPlatform'
import { faultReport, parseSettings } from '#service/parseSettings'
import type { Settings } from '#service/settings'
import { untilStopped } from '#service/untilStopped'
import { lockFolder } from '#sqlite/folderLock'
import { demoSettings } from '../simulator/demoSettings'
import type { LiveCity } from '../simulator/liveCity'
import { SimulatorModule } from '../simulator/simulator.module'
import { LIVE_CITY } from '../simulator/tokens'
import { AppModule } from './app.module'
import type { ServeOptions } from './arguments'
import { demoBanner, realBanner } from './banner'
import { demoSecrets } from './demoSecrets'
import { freePort } from './freePort'
import { createApp } from './nestApp'

const demoOperators = ['lindenau', 'seebach']
/** Only this one may give way to another. */
const defaultPort = 8080

/** Runs everything in this process until it is told to stop. */
export async function serve(options: ServeOptions): Promise<number> {
  const base = baseSettings(options)
  if (typeof base === 'string') return fail(base, 78)
  const port = await freePort(base.host, base.port, process.env.PORT !== undefined || base.port !== defaultPort)
  if (typeof port === 'string') return fail(port, 1)
  mkdirSync(base.home, { recursive: true, mode: 0o700 })
  const lock = lockFolder(base.home)
  if (!lock.ok) return fail(lock.message, 1)
  const settings = {
    ...base,
    port,
    operators: options.config ? base.operators : demoSettings({ port, host: base.host, tokens: demoSecrets(base.home, demoOperators) }),
  }
  try {
    return await run(settings, options)
  } finally {
    lock.lock.release()
  }
}

async function run(settings: Settings, options: ServeOptions): Promise<number> {
  const log = createLogger()
  const health = new Health()
  const platform = await openPlatform(settings, log)
  const up = health.wait('start')
  const app = await createApp(AppModule.of(platform, health, options.config ? undefined : outside(settings, options)), settings, log)
  await startApplication(app, platform)
  up()
  const url = `http://${shownHost(settings.host)}:${settings.port}`
  process.stdout.write(options.config ? realBanner(url, settings) : demoBanner(url, settings, storyOf(app), platform.clock.now()))
  await untilStopped()
  health.stop()
  await app.close()
  await platform.close()
  return 0
}

/** The settings of the file, or those of the demo without its operators; a text: what is wrong. */
function baseSettings(options: ServeOptions): Settings | string {
  const env = process.env
  if (options.config) {
    const parsed = parseSettings(resolve(options.config), env)
    return parsed.ok ? parsed.settings : faultReport(parsed.faults)
  }
  const port = Number(env.PORT ?? defaultPort)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return `configuration: 1 problem\n✗ PORT: "${env.PORT}" is no port. Use e.g. 8080`
  return { host: env.HOST ?? '127.0.0.1', port, home: resolve(env.LINIENFUNK_HOME ?? '.linienfunk'), publicUrl: undefined, operators: [] }
}

const storyOf = (app: INestApplication) => app.get<LiveCity>(LIVE_CITY, { strict: false }).story

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function outside(settings: Settings, options: ServeOptions): DynamicModule {
  const folder = join(settings.home, 'outside')
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
  return SimulatorModule.of({ folder, seed: options.seed, scenario: options.scenario, speed: options.speed })
}

function fail(message: string, code: number): number {
  process.stderr.write(`${message}\n`)
  return code
}
