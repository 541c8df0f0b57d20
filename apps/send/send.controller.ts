import { Controller, Inject } from '@nestjs/common'
import { Consume, Owns } from '#bus/consume'
import { dispatches, receipts } from '#bus/topics'
import type { Received } from '#bus/typed'
import type { Dispatch } from '#domain/dispatch'
import type { Receipt } from '#domain/receipt'
import { SendService } from './send.service'

/** On a dispatch the cohort is open, durably, and the record is committed: no offset ever waits for a messenger. */
@Controller()
export class SendController {
  constructor(@Inject(SendService) private readonly sender: SendService) {}

  @Consume('send', dispatches('TELEGRAM'))
  telegram(records: Received<Dispatch>[]): Promise<void> {
    return this.sender.dispatched('TELEGRAM', records)
  }

  @Owns('send', dispatches('TELEGRAM'))
  telegramShards(shards: readonly number[]): void {
    this.sender.owns('TELEGRAM', shards)
  }

  @Consume('send', dispatches('WEBHOOK'))
  webhook(records: Received<Dispatch>[]): Promise<void> {
    return this.sender.dispatched('WEBHOOK', records)
  }

  @Owns('send', dispatches('WEBHOOK'))
  webhookShards(shards: readonly number[]): void {
    this.sender.owns('WEBHOOK', shards)
  }

  @Consume('send', dispatches('EMAIL'))
  email(records: Received<Dispatch>[]): Promise<void> {
    return this.sender.dispatched('EMAIL', records)
  }

  @Owns('send', dispatches('EMAIL'))
  emailShards(shards: readonly number[]): void {
    this.sender.owns('EMAIL', shards)
  }

  /** Also consumed by the gateway, as a group of its own: it stops addresses. */
  @Consume('send', receipts)
  receipts(records: Received<Receipt>[]): Promise<void> {
    return this.sender.reported(records)
  }
}
