import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { MatchModule } from '#apps/match/match.module'
import type { Bus } from '#bus/bus'
import { BusStrategy } from '#bus/strategy'
import { createLogger } from '#service/log'
import { openPlatform } from '#service/openPlatform'
import { PlatformModule } from '#service/platform.module'
import type { Settings } from '#service/settings'
import type { Platform } from '#service/tokens'

export interface Matcher {
  readonly platform: Platform
  /** Resolves when the next batch of a topic has been handled. */
  handled(topic: string): Promise<void>
  /** Records appended to dispatch topics so far, acknowledged by Kafka. */
  dispatched(): number
  close(): Promise<void>
}

/** The stage match in this process on the Kafka and Redis of the settings, wired as when it is a process of its own. */
export async function startMatcher(settings: Settings): Promise<Matcher> {
  const real = await openPlatform(settings, createLogger('silent', false))
  const waiting: { topic: string; resolve: () => void }[] = []
  let count = 0
  const done = (topic: string) => {
    for (const one of waiting.filter((w) => w.topic === topic)) {
      waiting.splice(waiting.indexOf(one), 1)
      one.resolve()
    }
  }
  const bus: Bus = {
    append: async (topic, records) => {
      const positions = await real.bus.append(topic, records)
      if (topic.startsWith('dispatch.')) count += positions.length
      return positions
    },
    consume: (topic, group, handle, owns) => {
      const noted = async (batch: Parameters<typeof handle>[0]) => {
        await handle(batch)
        done(topic)
      }
      return real.bus.consume(topic, group, noted, owns)
    },
    follow: (topic, apply) => real.bus.follow(topic, apply),
    committed: (topic, group) => real.bus.committed(topic, group),
    close: () => real.bus.close(),
  }
  const platform: Platform = { ...real, bus }
  const root = { module: MatchModule, imports: [PlatformModule.of(platform)] }
  const app = await NestFactory.create(root, new FastifyAdapter(), { logger: false })
  app.connectMicroservice({ strategy: new BusStrategy(bus) }, { inheritAppConfig: true })
  await app.init()
  await app.startAllMicroservices()
  return {
    platform,
    handled: (topic) => new Promise((resolve) => void waiting.push({ topic, resolve })),
    dispatched: () => count,
    close: async () => {
      await app.close()
      await real.close()
    },
  }
}
