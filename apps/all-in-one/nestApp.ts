import type { DynamicModule, LoggerService } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import type { Logger } from '#service/log'
import type { Settings } from '#service/settings'
import { setupGateway } from '../gateway/setupGateway'

/** The HTTP side of the process: one port for pages, API, health and metrics. */
export async function createApp(module: DynamicModule, settings: Settings, log: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: 2 ** 20, trustProxy: settings.publicUrl !== undefined, forceCloseConnections: true })
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: nestLogger(log), rawBody: true })
  await setupGateway(app)
  return app
}

/** Nest speaks through our log; its start-up chatter is debug. */
function nestLogger(log: Logger): LoggerService {
  return {
    log: (message: unknown) => log.debug(String(message)),
    debug: (message: unknown) => log.debug(String(message)),
    verbose: (message: unknown) => log.trace(String(message)),
    warn: (message: unknown) => log.warn(String(message)),
    error: (message: unknown, ...rest: unknown[]) => log.error({ rest }, String(message)),
    fatal: (message: unknown) => log.fatal(String(message)),
  }
}
