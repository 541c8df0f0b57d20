import { type DynamicModule, Inject, Module, type OnModuleDestroy } from '@nestjs/common'
import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import type { Clock, Net } from '#domain/ports'
import { CLOCK, NET } from '#service/tokens'
import { CityController } from './city.controller'
import { LiveCity } from './liveCity'
import { PagesController } from './pages.controller'
import { loadAssets } from './pages/assets'
import { demoBots } from './phone/people'
import { Phone } from './phone/phone'
import { PhoneController } from './phone.controller'
import { scenarioNamed } from './scenarios'
import { openStory } from './story/storyFile'
import { ASSETS, LIVE_CITY, PHONE } from './tokens'

export interface SimulatorOptions {
  /** The outside world's own files: nothing of the system under test. */
  readonly folder: string
  readonly seed: string
  /** One of `scenarios`; throws for another. */
  readonly scenario: string
  /** Story seconds a second. */
  readonly speed: number
}

/** The outside world: a city, its operators' feeds, the messenger and the phone. Takes its clock and network from the platform. */
@Module({})
export class SimulatorModule implements OnModuleDestroy {
  constructor(@Inject(PHONE) private readonly phone: Phone) {}

  static of(options: SimulatorOptions): DynamicModule {
    const scenario = scenarioNamed(options.scenario)
    const phoneFolder = join(options.folder, 'phone')
    mkdirSync(phoneFolder, { recursive: true })
    const story = (clock: Clock) => openStory(options.folder, { seed: options.seed, scenario, speed: options.speed }, clock.now())
    return {
      module: SimulatorModule,
      controllers: [CityController, PhoneController, PagesController],
      providers: [
        { provide: LIVE_CITY, useFactory: (clock: Clock) => new LiveCity(story(clock), clock), inject: [CLOCK] },
        { provide: PHONE, useFactory: (clock: Clock, net: Net) => new Phone(phoneFolder, demoBots, clock, net), inject: [CLOCK, NET] },
        { provide: ASSETS, useFactory: loadAssets },
      ],
    }
  }

  /** Before the HTTP server closes: a long poll would keep it open. */
  async onModuleDestroy(): Promise<void> {
    await this.phone.close()
  }
}
