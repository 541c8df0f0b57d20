import 'reflect-metadata'
import { resolve } from 'node:path'
import { type DynamicModule, Module } from '@nestjs/common'
import { createApplication } from '#service/application'
import { Health } from '#service/health'
import { HealthModule } from '#service/health.module'
import { createLogger } from '#service/log'
import { createNet } from '#service/net'
import { PlatformModule } from '#service/platform.module'
import { realClock } from '#service/realClock'
import { untilStopped } from '#service/untilStopped'
import { addElsewhere } from './elsewhere'
import { SimulatorModule } from './simulator.module'

/**
 * The demo's city and phone as a process of their own, for stages that run apart: HOST, PORT, LINIENFUNK_HOME, SCENARIO, SEED, SPEED; and
 * GATEWAY_URL, where the browser of a visitor finds the gateway, and GATEWAY_INTERNAL_URL, where this process does if it differs.
 */
async function main(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const log = createLogger()
  const net = createNet()
  const home = resolve(env.LINIENFUNK_HOME ?? '.linienfunk')
  const settings = { host: env.HOST ?? '127.0.0.1', port: Number(env.PORT ?? 8090), home, publicUrl: undefined, operators: [] }
  const story = { seed: env.SEED ?? '1', scenario: env.SCENARIO ?? 'breakdown', speed: Number(env.SPEED ?? 1) }
  const platform = PlatformModule.of({ clock: realClock, net, log })
  const app = await createApplication(OutsideModule.of([platform, SimulatorModule.of({ folder: home, ...story })]), settings, log)
  const shown = env.GATEWAY_URL ?? 'http://127.0.0.1:8080'
  addElsewhere(app, { shown, internal: env.GATEWAY_INTERNAL_URL ?? shown }, net)
  await app.listen(settings.port, settings.host)
  log.info({ port: settings.port }, 'the city of Lindenau is there')
  await untilStopped()
  await app.close()
  await net.close()
}

@Module({})
class OutsideModule {
  static of(imports: DynamicModule[]): DynamicModule {
    return { module: OutsideModule, imports: [...imports, HealthModule.of(new Health())] }
  }
}

main(process.env).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)
