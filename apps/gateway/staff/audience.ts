import { Inject, Injectable } from '@nestjs/common'
import type { Disruption } from '#domain/disruption'
import type { Clock } from '#domain/ports'
import { audience } from '#matching/audience'
import { factsOf } from '#matching/facts'
import { type Tables, tablesIn } from '#matching/tables'
import { CLOCK, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { Copies } from '../copies/copies'
import { Operators } from '../http/operators'
import type { AudienceView } from '#domain/controlRoom'

/** The board asks every few seconds: a count is not made again within this time. */
const freshMs = 2000

/** How many riders a disruption would reach now, by the rules that the matcher itself goes by. */
@Injectable()
export class Audience {
  private readonly tables: Tables
  private readonly counted = new WeakMap<Disruption, { atMs: number; view: Promise<AudienceView> }>()

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(Copies) private readonly copies: Copies,
  ) {
    this.tables = tablesIn(store.state)
  }

  of(disruption: Disruption): Promise<AudienceView> {
    const now = this.clock.now()
    const before = this.counted.get(disruption)
    if (before && now - before.atMs < freshMs) return before.view
    const view = this.count(disruption, now)
    this.counted.set(disruption, { atMs: now, view })
    return view
  }

  private async count(disruption: Disruption, nowMs: number): Promise<AudienceView> {
    const { timezone } = this.operators.view(disruption.operator)
    const lines = new Map(this.copies.linesOf(disruption.operator).map((l) => [l.id, l]))
    const found = await audience(factsOf(disruption), { lines, tables: this.tables, timezone }, this.store.pages, Math.floor(nowMs / 1000))
    return { now: found.total, held: found.held, byChannel: found.channels }
  }
}
