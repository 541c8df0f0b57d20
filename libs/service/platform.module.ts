import { type DynamicModule, Global, Module } from '@nestjs/common'
import { BUS, CLOCK, KEYS, LOG, NET, type Platform, RANDOM, SETTINGS, STORE } from './tokens'

/** Gives every stage its ports. All-in-one and separate processes differ only in the platform that they pass in. */
@Global()
@Module({})
export class PlatformModule {
  static of(platform: Platform): DynamicModule {
    const providers = [
      { provide: BUS, useValue: platform.bus },
      { provide: STORE, useValue: platform.store },
      { provide: CLOCK, useValue: platform.clock },
      { provide: RANDOM, useValue: platform.random },
      { provide: NET, useValue: platform.net },
      { provide: LOG, useValue: platform.log },
      { provide: SETTINGS, useValue: platform.settings },
      { provide: KEYS, useValue: platform.keys },
    ]
    return { module: PlatformModule, providers, exports: providers.map((p) => p.provide) }
  }
}
