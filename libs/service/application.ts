import type { DynamicModule, LoggerService } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { BusStrategy } from '#bus/strategy'
import type { Logger } from './log'
import { handlerFailures, recordsQuarantined } from './metrics'
import type { Settings } from './settings'
import type { Platform } from './tokens'

/** A Nest application on Fastify: one port for pages, API, health and metrics. */
export function createApplication(module: DynamicModule, settings: Settings, log: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: 2 ** 20, trustProxy: settings.publicUrl !== undefined, forceCloseConnections: true })
  return NestFactory.create<NestFastifyApplication>(module, adapter, { logger: nestLogger(log), rawBody: true })
}

/** Listens on HTTP first, then takes from the bus: whoever asks for our health gets an answer from the start. */
export async function startApplication(app: NestFastifyApplication, { bus, log, settings }: Platform): Promise<void> {
  const strategy = new BusStrategy(bus, {
    onQuarantine: (record, reason) => {
      recordsQuarantined.inc({ topic: record.topic, group: record.group })
      log.error({ record, reason }, 'a record was quarantined')
    },
    onError: (error, batch) => {
      handlerFailures.inc({ topic: batch.topic, group: batch.group })
      log.error({ err: error }, 'a handler failed; its batch comes again')
    },
    onOwnsError: (error, consumer) => log.error({ err: error, consumer }, 'an owner of partitions failed'),
  })
  app.connectMicroservice({ strategy }, { inheritAppConfig: true })
  await app.listen(settings.port, settings.host)
  await app.startAllMicroservices()
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
