import { Controller, Inject } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { Payload } from '@nestjs/microservices'
import { Consume } from '#bus/consume'
import { receipts } from '#bus/topics'
import type { Received } from '#bus/typed'
import { cohortId } from '#domain/dispatch'
import { type Receipt } from '#domain/receipt'
import { recipientBytes, recipientRider } from '#domain/recipient'
import { STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { unreachable } from './edits'
import { RiderDesk } from './riderDesk'

/** A messenger says that a rider has blocked us or is gone: nothing is sent to that address any more. */
@ApiExcludeController()
@Controller()
export class ReceiptsConsumer {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(RiderDesk) private readonly desk: RiderDesk,
  ) {}

  @Consume('gateway', receipts)
  async handle(@Payload() records: Received<Receipt>[]): Promise<void> {
    for (const { value } of records) if (value?.kind === 'BLOCKED') await this.block(value)
  }

  private async block(receipt: Receipt): Promise<void> {
    const recipients = await this.store.cohorts.recipients(cohortId(receipt))
    if (!recipients || (receipt.slot + 1) * recipientBytes > recipients.length) return
    const rider = await this.desk.findByNumber(receipt.operator, recipientRider(recipients, receipt.slot))
    if (rider) await this.desk.change(receipt.operator, rider.id, (r) => unreachable(r, receipt.channel))
  }
}
