import { type DynamicModule, Global, Module } from '@nestjs/common'
import { BUS, CLOCK, KEYS, LOG, NET, type Platform, RANDOM, SETTINGS, STORE } from './tokens'

/** Gives every stage its ports. All-in-one and separate processes differ only in the platform that they pass in. */
@Global()
@Module({})
export class PlatformModule {
  /** A process that is no stage (the demo's city) passes only what it has. */
  static of(platform: Partial<Platform>): DynamicModule {
    const all = [
      { provide: BUS, useValue: platform.bus },
      { provide: STORE, useValue: platform.store },
      { provide: CLOCK, useValue: platform.clock },
      { provide: RANDOM, useValue: platform.random },
      { provide: NET, useValue: platform.net },
      { provide: LOG, useValue: platform.log },
      { provide: SETTINGS, useValue: platform.settings },
      { provide: KEYS, useValue: platform.keys },
    ]
    const providers = all.filter((p) => p.useValue !== undefined)
    return { module: PlatformModule, providers, exports: providers.map((p) => p.provide) }
  }
}
