import 'reflect-metadata'
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type DynamicModule, Module, type Type } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { createApplication, startApplication } from './application'
import { Health } from './health'
import { HealthModule } from './health.module'
import { createLogger } from './log'
import { openPlatform } from './openPlatform'
import { faultReport, parseSettings } from './parseSettings'
import { PlatformModule } from './platform.module'
import type { Settings } from './settings'
import type { Platform } from './tokens'
import { untilStopped } from './untilStopped'

/**
 * Runs one stage as a process of its own: `node dist/apps/NAME/main.js --config FILE`. It needs Kafka and Redis, since the embedded adapters
 * are for one process. Ends the process: 0 stopped, 1 failed, 78 configuration.
 */
export function runStage(stage: Type, setup?: (app: NestFastifyApplication) => Promise<void>): void {
  run(stage, setup).then(
    (code) => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
      process.exit(1)
    },
  )
}

async function run(stage: Type, setup?: (app: NestFastifyApplication) => Promise<void>): Promise<number> {
  const settings = stageSettings(process.argv.slice(2))
  if (typeof settings === 'string') {
    process.stderr.write(`${settings}\n`)
    return 78
  }
  mkdirSync(settings.home, { recursive: true, mode: 0o700 })
  const log = createLogger()
  const health = new Health()
  const up = health.wait('start')
  const platform = await openPlatform(settings, log)
  const app = await createApplication(StageModule.of(stage, platform, health), settings, log)
  await setup?.(app)
  await startApplication(app, platform)
  up()
  log.info({ port: settings.port }, `${stage.name} is ready`)
  await untilStopped()
  health.stop()
  await app.close()
  await platform.close()
  return 0
}

function stageSettings(argv: string[]): Settings | string {
  const { values } = parseArgs({ args: argv, options: { config: { type: 'string' } }, strict: true })
  if (!values.config) return 'configuration: 1 problem\n✗ --config: is missing. Name a configuration file'
  const parsed = parseSettings(resolve(values.config), process.env)
  if (!parsed.ok) return faultReport(parsed.faults)
  const { kafka, redis, keyFile } = parsed.settings
  const missing = Object.entries({ kafka, redis, keyFile }).filter(([, value]) => value === undefined)
  if (missing.length === 0) return parsed.settings
  const message = 'is missing. Processes of their own share Kafka, Redis and the key of the addresses; one process alone is: npm start'
  return faultReport(missing.map(([where]) => ({ where, message })))
}

@Module({})
class StageModule {
  static of(stage: Type, platform: Platform, health: Health): DynamicModule {
    return { module: StageModule, imports: [PlatformModule.of(platform), HealthModule.of(health), stage] }
  }
}
