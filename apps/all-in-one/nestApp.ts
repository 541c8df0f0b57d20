import type { DynamicModule } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { createApplication } from '#service/application'
import type { Logger } from '#service/log'
import type { Settings } from '#service/settings'
import { setupGateway } from '../gateway/setupGateway'

/** The whole application, pages included, not listening yet. */
export async function createApp(module: DynamicModule, settings: Settings, log: Logger): Promise<NestFastifyApplication> {
  const app = await createApplication(module, settings, log)
  await setupGateway(app)
  return app
}
