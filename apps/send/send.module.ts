import { Module } from '@nestjs/common'
import { platformProvider } from './platform'
import { SendController } from './send.controller'
import { SendService } from './send.service'

/** cohorts → messengers → slots; receipts of addresses that are gone. */
@Module({ controllers: [SendController], providers: [platformProvider, SendService] })
export class SendModule {}
