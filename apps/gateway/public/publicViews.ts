import { Inject, Injectable } from '@nestjs/common'
import type { Disruption } from '#domain/disruption'
import type { Line } from '#domain/line'
import { Copies } from '../copies/copies'
import { FeedWatch } from '../copies/feedWatch'
import { Operators } from '../http/operators'
import { notFound } from '../http/problem'
import type { PublicLine } from '#domain/controlRoom'
import { isPublic, publicLine } from './lineStatus'
import { Texts } from './texts'

/** What the public sees of an operator. All of it throws TENANT_NOT_FOUND for an unknown one. */
@Injectable()
export class PublicViews {
  constructor(
    @Inject(Operators) private readonly operators: Operators,
    @Inject(Copies) private readonly copies: Copies,
    @Inject(FeedWatch) private readonly feeds: FeedWatch,
    @Inject(Texts) private readonly texts: Texts,
  ) {}

  operatorList = () =>
    this.operators.list().map((o) => {
      const { id, name, languages, timezone } = this.operators.view(o.id)
      return { id, name, languages, timezone }
    })

  async lines(operator: string): Promise<PublicLine[]> {
    const blind = await this.feeds.isBlind(this.operators.get(operator))
    const open = this.open(operator)
    return this.copies.linesOf(operator).map((line) => publicLine(line, open, blind, this.texts.headlines))
  }

  /** Throws NOT_FOUND for an unknown line. */
  line(operator: string, id: string): Line {
    this.operators.get(operator)
    const found = this.copies.line(operator, id)
    if (!found) throw notFound('line')
    return found
  }

  /** Open and told, the newest first, with whole texts. */
  disruptions(operator: string) {
    this.operators.get(operator)
    return this.open(operator).map((d) => ({
      id: d.id,
      severity: d.severity,
      state: d.state,
      effect: d.effect,
      cause: d.cause,
      openedAt: d.openedAt,
      revision: d.revisions.at(-1)?.number ?? 0,
      until: d.revisions.at(-1)?.declaredEnd ?? 0,
      lines: [...new Set(d.scopes.map((s) => s.line).filter(Boolean))],
      topics: [...new Set(d.scopes.map((s) => s.topic).filter(Boolean))],
      headline: this.texts.headlines(d),
      text: this.texts.bodies(d),
    }))
  }

  private open = (operator: string): Disruption[] =>
    this.copies
      .disruptionsOf(operator)
      .filter(isPublic)
      .sort((a, b) => b.openedAt - a.openedAt)
}
