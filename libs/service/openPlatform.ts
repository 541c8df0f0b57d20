import { join } from 'node:path'
import { embeddedBus } from '#bus/embedded'
import type { Bus } from '#bus/bus'
import type { KafkaAdapter } from '#bus/cluster'
import type { KafkaBusOptions } from '#bus/kafka/kafkaBus'
import { embeddedStore } from '#store/embedded'
import type { Store } from '#store/ports'
import { keysFrom, masterSecret } from './keys'
import type { Logger } from './log'
import { busEvents, storeErrors } from './metrics'
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
  const report = (event: { readonly kind: string }) => {
    busEvents.inc({ kind: event.kind })
    log.error({ event }, `bus: ${event.kind}`)
  }
  if (!kafka) return embeddedBus(join(home, 'bus.db'), realClock, report)
  // Loaded only where it is used: 20 MB that one process alone does not need.
  const [{ createTopics, checkTopics }, open] = await Promise.all([import('#bus/kafka/createTopics'), kafkaAdapter(kafka.adapter)])
  const { brokers, prefix, ssl, sasl } = kafka
  const cluster = { brokers, prefix, ssl, sasl, clock: realClock }
  if (kafka.createTopics === false) await checkTopics(cluster)
  else log.info(await createTopics(cluster), 'bus: the topics are there')
  return open({
    ...cluster,
    report: (event) => {
      report(event)
      if (event.kind === 'fatal') process.exit(1)
    },
  })
}

async function kafkaAdapter(adapter: KafkaAdapter | undefined): Promise<(options: KafkaBusOptions) => Promise<Bus>> {
  if (adapter === 'platformatic') return (await import('#bus/platformatic/platformaticBus')).platformaticBus
  return (await import('#bus/kafka/kafkaBus')).kafkaBus
}

async function openStore({ redis, home }: Settings, log: Logger): Promise<Store> {
  if (!redis) return embeddedStore(join(home, 'store.db'), realClock.now)
  const { redisStore } = await import('#store/redis/redisStore')
  const onError = (error: Error) => {
    storeErrors.inc()
    log.error({ err: error }, 'store: connection lost')
  }
  return redisStore({ servers: redis, nowMs: realClock.now, clock: realClock, onError })
}
