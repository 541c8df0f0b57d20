import { createHash } from 'node:crypto'
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { emailMessenger } from '#channels/email'
import type { Messenger, Outcome } from '#channels/messenger'
import type { Language } from '#domain/operator'
import type { Clock } from '#domain/ports'
import { CLOCK } from '#service/tokens'
import { Operators } from '../http/operators'

/** REFUSED: the mail server does not know the address; NOT_NOW: anything else, which is no fault of the rider. */
export type Mailed = 'SENT' | 'REFUSED' | 'NOT_NOW'

/** Mails that ask for a confirmation. Alerts are mailed by the sender, not here. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly messengers = new Map<string, Messenger>()

  constructor(
    @Inject(Operators) private readonly operators: Operators,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.messengers.values()].map((m) => m.close?.()))
  }

  async send(operator: string, address: string, subject: string, text: string, language: Language): Promise<Mailed> {
    const messenger = this.messengerOf(operator)
    if (!messenger) return 'NOT_NOW'
    const nowMs = this.clock.now()
    const id = `confirm-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
    const outcome = await messenger.send({
      id,
      address,
      subject,
      text,
      language,
      stage: 'WHOLE',
      facts: {},
      unsubscribeUrl: undefined,
      nowMs,
    })
    return mailed(outcome)
  }

  private messengerOf(operator: string): Messenger | undefined {
    const account = this.operators.get(operator).channels.email
    if (!account) return undefined
    const messenger = this.messengers.get(operator) ?? emailMessenger(account)
    this.messengers.set(operator, messenger)
    return messenger
  }
}

function mailed(outcome: Outcome): Mailed {
  if (outcome.kind === 'sent') return 'SENT'
  const isRefused = outcome.kind === 'gone' || (outcome.kind === 'failed' && outcome.reason === 'NO_ADDRESS')
  return isRefused ? 'REFUSED' : 'NOT_NOW'
}
