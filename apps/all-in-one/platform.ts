import { join } from 'node:path'
import { embeddedBus } from '#bus/embedded'
import { createNet } from '#service/net'
import { keysFrom, masterSecret } from '#service/keys'
import type { Logger } from '#service/log'
import { realRandom } from '#service/randoms'
import { realClock } from '#service/realClock'
import type { Settings } from '#service/settings'
import type { Platform } from '#service/tokens'
import { embeddedStore } from '#store/embedded'

/** The embedded adapters on the files of the state folder. */
export function embeddedPlatform(settings: Settings, log: Logger): Platform & { close(): Promise<void> } {
  const bus = embeddedBus(join(settings.home, 'bus.db'), realClock, (event) => log.error({ event }, `bus: ${event.kind}`))
  const store = embeddedStore(join(settings.home, 'store.db'), realClock.now)
  const net = createNet()
  const keys = keysFrom(masterSecret(join(settings.home, 'address.key')))
  const close = async () => {
    await net.close()
    await bus.close()
    await store.close()
  }
  return { bus, store, net, keys, settings, log, clock: realClock, random: realRandom, close }
}
