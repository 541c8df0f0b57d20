import { Inject, Injectable } from '@nestjs/common'
import type { Language } from '#domain/operator'
import type { Clock } from '#domain/ports'
import { emailSubject, telegramText } from '#messages/limits'
import { CLOCK } from '#service/tokens'
import { Copies } from '../copies/copies'
import { Operators } from '../http/operators'
import { Texts } from '../public/texts'
import { Audience } from './audience'
import { draftDisruption } from './draftDisruption'
import { noticeScopes } from './noticeScopes'
import type { NoticeBody } from './schemas'
import type { Staff } from './staffTokens'
import type { PreviewView } from '#domain/controlRoom'

/** Texts and audience of a notice before it is sent; nothing is written. */
@Injectable()
export class Preview {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Copies) private readonly copies: Copies,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Audience) private readonly audience: Audience,
  ) {}

  async of(staff: Staff, body: NoticeBody): Promise<PreviewView> {
    const scopes = noticeScopes(body, (id) => this.copies.line(staff.operator, id))
    const draft = draftDisruption(staff.operator, body, scopes, Math.floor(this.clock.now() / 1000))
    const audience = await this.audience.of(draft)
    const texts = this.operators.get(staff.operator).languages.map((language) => {
      const text = this.texts.of(draft, language) ?? { headline: '', body: '' }
      const plain = { subject: '', text: telegramText(text.body) }
      return [
        language,
        {
          TELEGRAM: plain,
          EMAIL: { subject: emailSubject(text.headline), text: text.body },
          WEBHOOK: { subject: text.headline, text: text.body },
        },
      ]
    })
    return { texts: Object.fromEntries(texts) as PreviewView['texts'], audience, summary: summaryOf(audience.now, audience.held) }
  }
}

/** `1,284 riders now · 310 held by their times`. */
export function summaryOf(now: number, held: number): Readonly<Record<Language, string>> {
  const de = `${now.toLocaleString('de-DE')} ${now === 1 ? 'Fahrgast' : 'Fahrgäste'} jetzt`
  const en = `${now.toLocaleString('en-GB')} ${now === 1 ? 'rider' : 'riders'} now`
  if (held === 0) return { de, en }
  return {
    de: `${de} · ${held.toLocaleString('de-DE')} außerhalb ihrer Zeiten`,
    en: `${en} · ${held.toLocaleString('en-GB')} held by their times`,
  }
}
