import { Inject, Injectable } from '@nestjs/common'
import { type Disruption, newest } from '#domain/disruption'
import { STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { Copies } from '../copies/copies'
import { FeedWatch } from '../copies/feedWatch'
import { Operators } from '../http/operators'
import { Texts } from '../public/texts'
import { Audience } from './audience'
import { deliveryFigures } from './deliveryFigures'
import type { Staff } from './staffTokens'
import type { MeView, StaffDisruption } from '#domain/controlRoom'

/** What the control room sees. */
@Injectable()
export class StaffViews {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(Copies) private readonly copies: Copies,
    @Inject(FeedWatch) private readonly feeds: FeedWatch,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Audience) private readonly audience: Audience,
  ) {}

  async me(staff: Staff): Promise<MeView> {
    const { id, name, timezone, languages } = this.operators.view(staff.operator)
    return { operator: { id, name, timezone, languages }, name: staff.name, feeds: await this.feeds.of(this.operators.get(id)) }
  }

  /** All states; what needs somebody first: suspected and held, then open, then closed, each newest first. */
  disruptions(staff: Staff): Promise<StaffDisruption[]> {
    const sorted = this.copies.disruptionsOf(staff.operator).sort((a, b) => rank(a) - rank(b) || since(b) - since(a))
    const open = sorted.filter((d) => d.state !== 'CLOSED')
    const closed = sorted.slice(open.length, open.length + closedShown)
    return Promise.all([...open, ...closed].map((d) => this.disruption(d)))
  }

  async disruption(d: Disruption): Promise<StaffDisruption> {
    const facts = newest(d)
    const { id, rule, origin, state, publication, effect, cause, severity, suspectedAt, openedAt, closedAt, communication, texts } = d
    const lines = d.scopes
      .filter((s) => s.line)
      .map((s) => ({ id: s.line, name: this.copies.line(d.operator, s.line)?.name ?? s.line, direction: s.direction }))
    return {
      id,
      rule,
      origin,
      state,
      publication,
      effect,
      cause,
      severity,
      suspectedAt,
      openedAt,
      closedAt,
      communication,
      texts,
      lines,
      topics: [...new Set(d.scopes.map((s) => s.topic).filter(Boolean))],
      revision: facts?.number ?? 0,
      delayMin: facts?.delayMin ?? 0,
      delayMax: facts?.delayMax ?? 0,
      declaredEnd: facts?.declaredEnd ?? 0,
      estimatedEnd: facts?.estimatedEnd ?? 0,
      headline: this.texts.headlines(d),
      body: this.texts.bodies(d),
      evidence: parsed(d.evidence),
      audience: d.state === 'CLOSED' ? { now: 0, held: 0, byChannel: {} } : await this.audience.of(d),
      delivery: await deliveryFigures(this.store, d.operator, d.id),
    }
  }
}

/** Each costs a look at its slots. */
const closedShown = 50

/** Suspected and held ones need somebody; told ones are known; closed ones are past. */
const rank = (d: Disruption) => (d.state === 'CLOSED' ? 2 : d.publication === 'TOLD' ? 1 : 0)
const since = (d: Disruption) => d.openedAt || d.suspectedAt

function parsed(evidence: string): unknown {
  try {
    return JSON.parse(evidence)
  } catch {
    return evidence
  }
}
