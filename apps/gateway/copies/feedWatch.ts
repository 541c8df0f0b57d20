import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { Batch, Bus, Consumer } from '#bus/bus'
import { observations } from '#bus/topics'
import type { Clock } from '#domain/ports'
import type { OperatorSettings } from '#service/settings'
import { BUS, CLOCK, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import type { FeedView } from '#domain/controlRoom'
import { Copies } from './copies'
import { type HeardTick, feedViews, isBlind } from './feedHealth'
import { type FrameSource, frameSource } from './frameSource'
import { tickOnly } from './tickOnly'

const storedEveryMs = 20_000
const readAgainAfterMs = 1000

const carrierPrefix = (operator: string) => `gateway/carrier/${operator}/`

/**
 * The state of every feed, from the ticks in `observations`, and which feeds ever carried trips, from its frames. A partition has one reader
 * in the group, so that both are also put into the store, where the other instances of the gateway (and this one, after a start) find them.
 */
@Injectable()
export class FeedWatch implements OnModuleInit, OnModuleDestroy {
  private readonly heard = new Map<string, Map<string, HeardTick>>()
  private readonly carriers = new Map<string, Set<string>>()
  private readonly storedAt = new Map<string, { atMs: number; state: string }>()
  private readonly readAt = new Map<string, number>()
  private consumer: Consumer | undefined

  constructor(
    @Inject(BUS) private readonly bus: Bus,
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Copies) private readonly copies: Copies,
  ) {}

  async onModuleInit(): Promise<void> {
    this.consumer = await this.bus.consume(observations.name, 'gateway-feeds', (batch) => this.apply(batch))
  }

  async onModuleDestroy(): Promise<void> {
    await this.consumer?.stop()
  }

  /** State and age of the operator's feeds; without feeds (a city) empty. */
  async of(operator: OperatorSettings): Promise<FeedView[]> {
    if (operator.feeds.length > 0) await this.readStored(operator.id)
    return feedViews(operator.feeds, this.heard.get(operator.id) ?? new Map(), this.clock.now())
  }

  /** Whether trips of the operator may go unseen now. Feeds that are no longer configured do not count. */
  async isBlind(operator: OperatorSettings): Promise<boolean> {
    return isBlind(await this.of(operator), this.carriers.get(operator.id) ?? new Set())
  }

  private async apply(batch: Batch): Promise<void> {
    for (const record of batch.records) {
      const tick = tickOnly(record)
      if (tick) await this.note(tick.operator, { tick, heardAtMs: record.appendedAt })
      else await this.noteCarrier(frameSource(record))
    }
  }

  private async noteCarrier(source: FrameSource | undefined): Promise<void> {
    if (!source || this.carriers.get(source.operator)?.has(source.feed)) return
    await this.store.state.putMany([{ key: `${carrierPrefix(source.operator)}${source.feed}`, value: Buffer.from([1]) }])
    this.rememberCarrier(source)
    this.copies.announce(source.operator)
  }

  private rememberCarrier({ operator, feed }: FrameSource) {
    this.carriers.set(operator, (this.carriers.get(operator) ?? new Set()).add(feed))
  }

  private async note(operator: string, heard: HeardTick): Promise<void> {
    const { feed, feedTime, state, reason } = heard.tick
    const key = `gateway/feed/${operator}/${feed}`
    const before = this.storedAt.get(key)
    this.remember(operator, heard)
    if (before?.state === state && heard.heardAtMs - before.atMs < storedEveryMs) return
    this.storedAt.set(key, { atMs: heard.heardAtMs, state })
    const value = JSON.stringify({ tick: { feed, feedTime, state, reason }, heardAtMs: heard.heardAtMs } satisfies HeardTick)
    await this.store.state.putMany([{ key, value: Buffer.from(value) }])
    if (before?.state !== state) this.copies.announce(operator)
  }

  private remember(operator: string, heard: HeardTick) {
    const own = this.heard.get(operator) ?? new Map<string, HeardTick>()
    this.heard.set(operator, own)
    if ((own.get(heard.tick.feed)?.heardAtMs ?? 0) <= heard.heardAtMs) own.set(heard.tick.feed, heard)
  }

  private async readStored(operator: string): Promise<void> {
    const now = this.clock.now()
    if (now - (this.readAt.get(operator) ?? -Infinity) < readAgainAfterMs) return
    this.readAt.set(operator, now)
    const stored = await this.store.state.list(`gateway/feed/${operator}/`)
    for (const { value } of stored) this.remember(operator, JSON.parse(value.toString()) as HeardTick)
    const carriers = carrierPrefix(operator)
    for (const { key } of await this.store.state.list(carriers)) this.rememberCarrier({ operator, feed: key.slice(carriers.length) })
  }
}
