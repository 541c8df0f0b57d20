import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common'
import type { Clock } from '#domain/ports'
import type { Rider } from '#domain/rider'
import type { Logger } from '#service/log'
import { CLOCK, LOG } from '#service/tokens'
import { CompleteStore } from './completeStore'
import { pagesOf } from './pagesOf'
import { isTellable } from './tellable'
import { Teller } from './teller'
import { World } from './world'

/** So long after a rider was applied this process may still learn of a disruption that was there before him. */
const keptMs = 30_000
/** A bulk import is not watched: the quarter hour's look finds its riders. */
const most = 20_000
/** Whoever handles the disruption goes first. */
const waitMs = 2_000

/**
 * Where riders and disruptions are handled by different processes, a rider may come into the pages after the other process has read them, and
 * before this one has learnt of the disruption: then neither sees both, until the next look, a quarter hour later at worst. So when this
 * process learns of a disruption, it asks again, two seconds later, for those whom it applied just before.
 */
@Injectable()
export class RecentRiders implements OnModuleDestroy {
  /** By operator/id, in the order of time. */
  private readonly kept = new Map<
    string,
    { readonly operator: string; readonly places: ReadonlyMap<string, Buffer>; readonly untilMs: number }
  >()
  private readonly asking = new Map<string, () => void>()

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
    private readonly world: World,
    private readonly teller: Teller,
    private readonly complete: CompleteStore,
  ) {
    world.watch((operator) => this.askSoon(operator))
    complete.onOther(() => this.kept.clear())
  }

  onModuleDestroy(): void {
    for (const cancel of this.asking.values()) cancel()
  }

  /** The rider was applied, and stands there now. */
  note({ operator, id }: Rider, places: ReadonlyMap<string, Buffer>): void {
    const now = this.clock.now()
    for (const [key, { untilMs }] of this.kept) {
      if (untilMs > now) break
      this.kept.delete(key)
    }
    const key = `${operator}/${id}`
    this.forget(key)
    if (places.size > 0 && this.kept.size < most) this.kept.set(key, { operator, places, untilMs: now + keptMs })
  }

  /** Key as in the topic. */
  forget(key: string): void {
    this.kept.delete(key)
  }

  private askSoon(operator: string): void {
    if (this.asking.has(operator)) return
    const cancel = this.clock.timer(waitMs, () => {
      this.asking.delete(operator)
      this.ask(operator).catch((error: unknown) => this.log.warn({ operator, err: error }, 'riders could not be asked for again'))
    })
    this.asking.set(operator, cancel)
  }

  /** What is kept is read within one generation of the store: records point into its tables. */
  private async ask(operator: string): Promise<void> {
    await this.complete.during(async () => {
      const nowMs = this.clock.now()
      const recent = [...this.kept.values()].filter((kept) => kept.operator === operator && kept.untilMs > nowMs)
      if (recent.length === 0) return
      const pages = pagesOf(
        operator,
        recent.map(({ places }) => places),
      )
      for (const d of this.world.openOf(operator)) if (isTellable(d, Math.floor(nowMs / 1000))) await this.teller.tell(d, 'rider', pages)
    })
  }
}
