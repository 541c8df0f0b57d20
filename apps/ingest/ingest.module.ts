import { Module } from '@nestjs/common'
import type { Bus } from '#bus/bus'
import type { Clock, Net, Random } from '#domain/ports'
import type { Logger } from '#service/log'
import type { Settings } from '#service/settings'
import { BUS, CLOCK, LOG, NET, RANDOM, SETTINGS, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { Ingest } from './ingest'

const ingest = {
  provide: Ingest,
  inject: [SETTINGS, BUS, STORE, CLOCK, RANDOM, NET, LOG],
  useFactory: (settings: Settings, bus: Bus, store: Store, clock: Clock, random: Random, net: Net, log: Logger) =>
    new Ingest(settings, { bus, store, clock, random, net, log }),
}

@Module({ providers: [ingest] })
export class IngestModule {}
