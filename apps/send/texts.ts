import type { Disruption } from '#domain/disruption'
import type { Language, Operator } from '#domain/operator'
import type { ChannelName } from '#domain/rider'
import { type AlertText, alertText } from '#messages/alertText'
import { type AlertFacts, alertFacts } from '#messages/facts'
import { emailSubject, telegramText } from '#messages/limits'
import type { Lines } from '#matching/places'

export interface MessageText {
  readonly subject: string
  readonly text: string
  readonly stage: AlertText['stage']
  readonly facts: AlertFacts
}

export interface TextQuestion {
  readonly disruption: Disruption
  readonly told: number
  readonly language: Language
  readonly operator: Operator
  readonly lines: Lines
  readonly disrupted: (line: string) => boolean
  /** Epoch seconds. */
  readonly now: number
}

const kept = 500
/** How much of a text by staff or operator a channel takes (text guide: Telegram 500 in all). */
const rooms: Readonly<Record<ChannelName, number>> = { NONE: 350, TELEGRAM: 350, WEBHOOK: 10_000, EMAIL: 10_000 }

/** Texts of one channel, made once for (disruption, revision, told, language) and minute: many riders read the same one. */
export class Texts {
  private readonly made = new Map<string, MessageText | undefined>()

  constructor(private readonly channel: ChannelName) {}

  of(q: TextQuestion): MessageText | undefined {
    const revision = q.disruption.revisions.at(-1)?.number
    const key = [q.disruption.operator, q.disruption.id, revision, q.told, q.language, Math.floor(q.now / 60)].join('/')
    if (!this.made.has(key)) this.remember(key, this.make(q))
    return this.made.get(key)
  }

  private make(q: TextQuestion): MessageText | undefined {
    const lineOf = (id: string) => q.lines.get(id)
    const facts = q.disruption.revisions.at(-1)
    const alert = alertText({ ...q, lineOf, room: rooms[this.channel] })
    if (!alert || !facts) return undefined
    return {
      subject: this.channel === 'EMAIL' ? emailSubject(alert.headline) : alert.headline,
      text: this.channel === 'TELEGRAM' ? telegramText(alert.body) : alert.body,
      stage: alert.stage,
      facts: alertFacts(q.disruption, facts, lineOf),
    }
  }

  private remember(key: string, text: MessageText | undefined): void {
    if (this.made.size >= kept) this.made.delete(this.made.keys().next().value as string)
    this.made.set(key, text)
  }
}
