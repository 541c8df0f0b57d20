import { Controller, Inject } from '@nestjs/common'
import { Consume } from '#bus/consume'
import { dispatches } from '#bus/topics'
import type { Received } from '#bus/typed'
import type { Dispatch } from '#domain/dispatch'
import { SendService } from './send.service'

/** On a dispatch the cohort is open, durably, and the record is committed: no offset ever waits for a messenger. */
@Controller()
export class SendController {
  constructor(@Inject(SendService) private readonly sender: SendService) {}

  @Consume('send', dispatches('TELEGRAM'))
  telegram(records: Received<Dispatch>[]): Promise<void> {
    return this.sender.dispatched('TELEGRAM', records)
  }

  @Consume('send', dispatches('WEBHOOK'))
  webhook(records: Received<Dispatch>[]): Promise<void> {
    return this.sender.dispatched('WEBHOOK', records)
  }

  @Consume('send', dispatches('EMAIL'))
  email(records: Received<Dispatch>[]): Promise<void> {
    return this.sender.dispatched('EMAIL', records)
  }
}
