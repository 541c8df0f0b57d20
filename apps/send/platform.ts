import type { FactoryProvider } from '@nestjs/common'
import { BUS, CLOCK, KEYS, LOG, NET, type Platform, RANDOM, SETTINGS, STORE } from '#service/tokens'

/** The ports of this process in one piece: the engines need nearly all of them. */
export const PLATFORM = Symbol('send platform')

export const platformProvider: FactoryProvider<Platform> = {
  provide: PLATFORM,
  inject: [BUS, STORE, CLOCK, RANDOM, NET, LOG, SETTINGS, KEYS],
  useFactory: (bus, store, clock, random, net, log, settings, keys) => ({ bus, store, clock, random, net, log, settings, keys }),
}
