import { join } from 'node:path'
import { embeddedBus } from '#bus/embedded'
import type { Bus } from '#bus/bus'
import { embeddedStore } from '#store/embedded'
import type { Store } from '#store/ports'
import { keysFrom, masterSecret } from './keys'
import type { Logger } from './log'
import { createNet } from './net'
import { realRandom } from './randoms'
import { realClock } from './realClock'
import type { Settings } from './settings'
import type { Platform } from './tokens'

export type OpenPlatform = Platform & { close(): Promise<void> }

/** The adapters that the settings name: Kafka and Redis where they are set, else the files of the state folder. Rejects when they cannot be reached. */
export async function openPlatform(settings: Settings, log: Logger): Promise<OpenPlatform> {
  const bus = await openBus(settings, log)
  const store = await openStore(settings, log)
  const net = createNet()
  const keys = keysFrom(masterSecret(settings.keyFile ?? join(settings.home, 'address.key')))
  const close = async () => {
    await net.close()
    await bus.close()
    await store.close()
  }
  return { bus, store, net, keys, settings, log, clock: realClock, random: realRandom, close }
}

async function openBus({ kafka, home }: Settings, log: Logger): Promise<Bus> {
  if (!kafka) return embeddedBus(join(home, 'bus.db'), realClock, (event) => log.error({ event }, `bus: ${event.kind}`))
  // Loaded only where it is used: 20 MB that one process alone does not need.
  const [{ createTopics }, { kafkaBus }] = await Promise.all([import('#bus/kafka/createTopics'), import('#bus/kafka/kafkaBus')])
  await createTopics({ ...kafka, clock: realClock })
  return kafkaBus({
    ...kafka,
    clock: realClock,
    report: (event) => {
      log.error({ event }, `bus: ${event.kind}`)
      if (event.kind === 'fatal') process.exit(1)
    },
  })
}

async function openStore({ redis, home }: Settings, log: Logger): Promise<Store> {
  if (!redis) return embeddedStore(join(home, 'store.db'), realClock.now)
  const { redisStore } = await import('#store/redis/redisStore')
  const onError = (error: Error) => log.error({ err: error }, 'store: connection lost')
  return redisStore({ servers: redis, nowMs: realClock.now, clock: realClock, onError })
}
