import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import type { Bus } from '#bus/bus'
import { receipts } from '#bus/topics'
import { type Received, publish } from '#bus/typed'
import type { Dispatch } from '#domain/dispatch'
import type { ChannelName } from '#domain/rider'
import { channelNames } from '#domain/rider'
import type { Platform } from '#service/tokens'
import { type Accounts, accountsOf } from './accounts'
import { Engine } from './engine'
import { PLATFORM } from './platform'
import { World } from './world'

const concurrency = 32
const drainMs = 10_000

/** One engine a channel, so that a messenger that halts never slows another. */
@Injectable()
export class SendService implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly world: World
  private readonly accounts: Accounts
  private readonly engines: ReadonlyMap<ChannelName, Engine>

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {
    const { settings, store, net } = platform
    this.world = new World(settings, store)
    this.accounts = accountsOf(settings, net, store.limits)
    this.engines = new Map(channelNames.filter((c) => c !== 'NONE').map((channel) => [channel, this.engine(channel)]))
  }

  /** Nothing is sent before the copies of lines and disruptions are complete. */
  async onModuleInit(): Promise<void> {
    const { bus, log, clock } = this.platform
    await this.world.follow(bus, (reason) => log.warn({ reason }, 'a record could not be read and was skipped'))
    await Promise.all(this.allAccounts().map(({ account }) => account.draw(0, clock.now())))
    await Promise.all([...this.engines.values()].map((engine) => engine.start()))
  }

  async dispatched(channel: ChannelName, records: readonly Received<Dispatch>[]): Promise<void> {
    await this.engines.get(channel)?.dispatched(records.flatMap(({ value }) => (value ? [value] : [])))
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.engines.values()].map((engine) => engine.drain(drainMs)))
  }

  async onApplicationShutdown(): Promise<void> {
    await this.world.stop()
    await Promise.all(this.allAccounts().map(({ messenger }) => messenger.close?.()))
  }

  private engine(channel: ChannelName): Engine {
    const { store, clock, random, keys, log, bus, settings } = this.platform
    const accountOf = (operator: string) => this.accounts.get(channel)?.get(operator)
    const publishReceipt = (receipt: Parameters<typeof receipts.partitionBy>[0]) => publish(bus as Bus, receipts, [receipt])
    const { publicUrl } = settings
    return new Engine({ channel, store, clock, random, keys, log, world: this.world, accountOf, publishReceipt, publicUrl, concurrency })
  }

  private allAccounts = () => [...this.accounts.values()].flatMap((own) => [...own.values()])
}
