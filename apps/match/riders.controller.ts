import { Controller, Inject } from '@nestjs/common'
import { Consume } from '#bus/consume'
import { riders } from '#bus/topics'
import type { Received } from '#bus/typed'
import type { Clock } from '#domain/ports'
import type { Rider } from '#domain/rider'
import { CLOCK, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { type Applied, applyRider, eraseRider } from './applyRider'
import { CompleteStore } from './completeStore'
import { filtersWidened, ridersApplied } from './metrics'
import { pagesOf } from './pagesOf'
import { RecentRiders } from './recentRiders'
import { isTellable } from './tellable'
import { Teller } from './teller'
import { World } from './world'

/** Riders that are applied at the same time: their writes share commits. */
const atOnce = 64

/** Applies riders' records to the store, and tells who newly comes under a disruption. */
@Controller()
export class RidersController {
  /** By operator: the greatest number that is known to be reserved. */
  private readonly reserved = new Map<string, number>()

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly world: World,
    private readonly teller: Teller,
    private readonly complete: CompleteStore,
    private readonly recent: RecentRiders,
  ) {
    complete.onOther(() => this.reserved.clear())
  }

  @Consume('match', riders)
  handle(records: readonly Received<Rider>[]): Promise<void> {
    return this.complete.during(() => this.handleAll(records))
  }

  private async handleAll(records: readonly Received<Rider>[]): Promise<void> {
    await this.reserve(records)
    const newest = [...new Map(records.map((record) => [record.key ?? '', record])).values()]
    for (let i = 0; i < newest.length; i += atOnce) {
      await Promise.all(newest.slice(i, i + atOnce).map((record) => this.apply(record)))
    }
  }

  private async apply({ key = '', position, value }: Received<Rider>): Promise<void> {
    const operator = key.slice(0, key.indexOf('/'))
    const applied = value
      ? await applyRider(this.store, this.world.tables, value, position)
      : await eraseRider(this.store, operator, key.slice(operator.length + 1), position)
    ridersApplied.inc({ operator, outcome: applied.outcome })
    if (applied.outcome === 'ERASED') this.recent.forget(key)
    if (!value || applied.outcome !== 'APPLIED') return
    if (applied.places.widened > 0) filtersWidened.inc({ operator }, applied.places.widened)
    this.recent.note(value, applied.places.places)
    await this.tellOpen(value, applied)
  }

  /** A record that had been applied before a crash is looked at again, although he is in a cohort: its dispatch may be lost. */
  private async tellOpen(rider: Rider, { places, again }: Extract<Applied, { outcome: 'APPLIED' }>): Promise<void> {
    if (places.places.size === 0) return
    const now = Math.floor(this.clock.now() / 1000)
    const pages = pagesOf(rider.operator, [places.places])
    for (const d of this.world.openOf(rider.operator)) {
      if (!isTellable(d, now) || (!again && this.teller.hasTold(d, rider.number))) continue
      if (!(await this.teller.touches(d, places.places))) continue
      if ((await this.teller.find(d, pages)).total > 0) await this.teller.tell(d, 'rider', pages)
    }
  }

  /** A store that is rebuilt from the topic must not give these numbers again. */
  private async reserve(records: readonly Received<Rider>[]): Promise<void> {
    const greatest = new Map<string, number>()
    for (const { value } of records) {
      if (value) greatest.set(value.operator, Math.max(value.number, greatest.get(value.operator) ?? 0))
    }
    for (const [operator, number] of greatest) {
      if (number <= (this.reserved.get(operator) ?? 0)) continue
      await this.store.riders.reserve(operator, number)
      this.reserved.set(operator, number)
    }
  }
}
