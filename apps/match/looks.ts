import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import type { Clock, Random } from '#domain/ports'
import { minutesToOpening } from '#matching/schedule'
import type { Logger } from '#service/log'
import { CLOCK, LOG, RANDOM, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { CompleteStore } from './completeStore'
import { isTellable } from './tellable'
import { Teller } from './teller'
import { World } from './world'

const quarterHourMs = 15 * 60_000
/** Whoever is killed while he looks keeps the others from looking for so long. */
const leaseMs = 20_000
const retryMs = 5_000

/**
 * Looks again at open disruptions as time goes on: at quarter hours (pauses and "from" hours end then), in the minute in which a rider's
 * window opens, and when a scheduled communication begins. Of several instances only the holder of the operator's lease looks; were there
 * two, cohorts would still hold each rider once. The first look comes at the start: it finds what a crash has left undone.
 */
@Injectable()
export class Looks implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly timers = new Map<string, { readonly atMs: number; readonly cancel: () => void }>()
  private readonly holder: string
  private stopped = false
  private running: Promise<void> = Promise.resolve()

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) random: Random,
    @Inject(STORE) private readonly store: Store,
    @Inject(LOG) private readonly log: Logger,
    private readonly world: World,
    private readonly teller: Teller,
    private readonly complete: CompleteStore,
  ) {
    this.holder = random.bytes(8).toString('hex')
  }

  onApplicationBootstrap(): void {
    this.lookAtAll()
    this.world.watch((operator) => void this.plan(operator))
    this.complete.onOther(() => this.lookAtAll())
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true
    for (const { cancel } of this.timers.values()) cancel()
    await this.running
  }

  private lookAtAll(): void {
    for (const operator of this.world.operators()) this.lookIn(operator, 0)
  }

  /** Sets the timer of an operator's next look, unless an earlier one is set; none when nothing is open. */
  private async plan(operator: string): Promise<void> {
    try {
      const waitMs = await this.untilNextMs(operator)
      if (waitMs !== undefined) this.lookIn(operator, waitMs)
    } catch (error) {
      this.log.warn({ operator, error: String(error) }, 'the next look could not be planned; trying again')
      this.lookIn(operator, retryMs)
    }
  }

  private lookIn(operator: string, waitMs: number): void {
    const atMs = this.clock.now() + waitMs
    const set = this.timers.get(operator)
    if (this.stopped || (set && set.atMs <= atMs)) return
    set?.cancel()
    const cancel = this.clock.timer(waitMs, () => {
      this.timers.delete(operator)
      this.running = this.running.then(() => this.look(operator))
    })
    this.timers.set(operator, { atMs, cancel })
  }

  private async look(operator: string): Promise<void> {
    if (this.stopped) return
    try {
      const lease = await this.store.state.lease(`looks/${operator}`, this.holder, leaseMs, this.clock.now())
      if (!lease) return this.lookIn(operator, leaseMs)
      await this.complete.during(() => this.tellAll(operator))
      await this.plan(operator)
    } catch (error) {
      this.log.warn({ operator, error: String(error) }, 'looking again at open disruptions failed; trying again')
      this.lookIn(operator, retryMs)
    }
  }

  private async tellAll(operator: string): Promise<void> {
    const now = Math.floor(this.clock.now() / 1000)
    for (const d of this.world.openOf(operator).filter((d) => isTellable(d, now))) await this.teller.tell(d, 'look')
  }

  private async untilNextMs(operator: string): Promise<number | undefined> {
    const open = this.world.openOf(operator)
    if (open.length === 0) return undefined
    const nowMs = this.clock.now()
    const starts = open.map((d) => d.communication.start * 1000).filter((startMs) => startMs > nowMs)
    const nextMs = Math.min((Math.floor(nowMs / quarterHourMs) + 1) * quarterHourMs, ...starts, await this.nextOpeningMs(operator, nowMs))
    return nextMs - nowMs
  }

  /** When the next window of the operator's riders opens within a quarter hour, else Infinity. */
  private async nextOpeningMs(operator: string, nowMs: number): Promise<number> {
    const timezone = await this.world.timezone(operator)
    const schedules = await this.world.tables.schedules(operator)
    const minutes = schedules.map((s) => minutesToOpening(s, Math.floor(nowMs / 1000), timezone, 15) ?? Infinity)
    return (Math.floor(nowMs / 60_000) + minutes.reduce((a, b) => Math.min(a, b), Infinity)) * 60_000
  }
}
