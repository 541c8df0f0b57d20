import { Inject, Injectable } from '@nestjs/common'
import type { Disruption } from '#domain/disruption'
import { type Language, languages } from '#domain/operator'
import type { Clock } from '#domain/ports'
import { type AlertText, alertText } from '#messages/alertText'
import { CLOCK } from '#service/tokens'
import { Copies } from '../copies/copies'
import { Operators } from '../http/operators'
import { isPublic } from './lineStatus'

/** A disruption in words, as riders read it who have been told nothing yet. */
@Injectable()
export class Texts {
  constructor(
    @Inject(Copies) private readonly copies: Copies,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** undefined: a suspected disruption, which has no facts to tell. */
  of(disruption: Disruption, language: Language): AlertText | undefined {
    const { operator } = disruption
    return alertText({
      disruption,
      told: 0,
      operator: this.operators.view(operator),
      lineOf: (id) => this.copies.line(operator, id),
      disrupted: (id) =>
        this.copies.disruptionsOf(operator).some((d) => isPublic(d) && d.severity !== 'INFO' && d.scopes.some((s) => s.line === id)),
      language,
      now: Math.floor(this.clock.now() / 1000),
    })
  }

  headlines = (disruption: Disruption) => everyLanguage((l) => this.of(disruption, l)?.headline ?? '')
  bodies = (disruption: Disruption) => everyLanguage((l) => this.of(disruption, l)?.body ?? '')
}

const everyLanguage = (text: (language: Language) => string) =>
  Object.fromEntries(languages.map((l) => [l, text(l)])) as Record<Language, string>
