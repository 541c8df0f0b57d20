import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import type { Bus } from '#bus/bus'
import { dispatches, receipts } from '#bus/topics'
import { type Received, publish } from '#bus/typed'
import type { Dispatch } from '#domain/dispatch'
import type { Receipt } from '#domain/receipt'
import { type ChannelName, channelNames } from '#domain/rider'
import type { Platform } from '#service/tokens'
import { type Accounts, accountsOf } from './accounts'
import { Engine } from './engine'
import { byCohort } from './orders'
import { PLATFORM } from './platform'
import { World } from './world'

const concurrency = 32
const drainMs = 10_000

/** One engine a channel, so that a messenger that halts never slows another. */
@Injectable()
export class SendService implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly world: World
  private readonly holder: string
  private readonly accounts: Accounts
  private readonly engines: ReadonlyMap<ChannelName, Engine>

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {
    const { settings, store, net, random } = platform
    this.holder = random.bytes(8).toString('hex')
    this.world = new World(settings, store)
    this.accounts = accountsOf(settings, net, store.limits)
    this.engines = new Map(channelNames.filter((c) => c !== 'NONE').map((channel) => [channel, this.engine(channel)]))
  }

  /** Nothing is sent before the copies of lines and disruptions are complete. */
  async onModuleInit(): Promise<void> {
    const { bus, log, clock } = this.platform
    await this.world.follow(bus, (reason) => log.warn({ reason }, 'a record could not be read and was skipped'))
    await Promise.all(this.allAccounts().map(({ account }) => account.draw(0, clock.now())))
    for (const engine of this.engines.values()) engine.start()
  }

  owns(channel: ChannelName, shards: readonly number[]): void {
    this.engines.get(channel)?.owns(shards)
  }

  async dispatched(channel: ChannelName, records: readonly Received<Dispatch>[]): Promise<void> {
    await this.engines.get(channel)?.dispatched(records.flatMap(({ value }) => (value ? [value] : [])))
  }

  /** What messengers said later goes to the slots. */
  async reported(records: readonly Received<Receipt>[]): Promise<void> {
    const all = byCohort(records.flatMap(({ value }) => (value ? [value] : [])))
    await Promise.all(all.map(([key, own]) => this.engines.get(key.channel)?.orders.receipts(key, own)))
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.engines.values()].map((engine) => engine.drain(drainMs)))
  }

  async onApplicationShutdown(): Promise<void> {
    await this.world.stop()
    await Promise.all(this.allAccounts().map(({ messenger }) => messenger.close?.()))
  }

  private engine(channel: ChannelName): Engine {
    const { settings, bus } = this.platform
    return new Engine({
      ...this.platform,
      channel,
      world: this.world,
      accountOf: (operator) => this.accounts.get(channel)?.get(operator),
      publishReceipt: (receipt) => publish(bus as Bus, receipts, [receipt]),
      publishDispatch: (dispatch) => publish(bus as Bus, dispatches(channel), [dispatch]),
      publicUrl: settings.publicUrl,
      concurrency,
      holder: this.holder,
    })
  }

  private allAccounts = () => [...this.accounts.values()].flatMap((own) => [...own.values()])
}
