import { Module } from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { InboundController } from './chat/inbound.controller'
import { TelegramApi } from './chat/telegramApi'
import { TelegramInbound } from './chat/telegramInbound'
import { TelegramPoller } from './chat/telegramPoller'
import { ConsoleController } from './console/console.controller'
import { Copies } from './copies/copies'
import { FeedWatch } from './copies/feedWatch'
import { Timezones } from './copies/timezones'
import { Operators } from './http/operators'
import { ProblemFilter } from './http/problemFilter'
import { PagesController } from './pages/pages.controller'
import { AlertsFeeds } from './public/alertsFeeds'
import { LiveStream } from './public/liveStream'
import { PublicController } from './public/public.controller'
import { PublicViews } from './public/publicViews'
import { Texts } from './public/texts'
import { EndpointCheck } from './riders/endpointCheck'
import { Links } from './riders/links'
import { Mailer } from './riders/mailer'
import { ManageController } from './riders/manage.controller'
import { PendingChoices } from './riders/pending'
import { ReceiptsConsumer } from './riders/receipts.consumer'
import { RiderDesk } from './riders/riderDesk'
import { RidersController } from './riders/riders.controller'
import { StoreWatch } from './riders/storeWatch'
import { Subscribing } from './riders/subscribing'
import { Audience } from './staff/audience'
import { Idempotency } from './staff/idempotency'
import { Notices } from './staff/notices'
import { Preview } from './staff/preview'
import { SessionController } from './staff/session.controller'
import { Sessions } from './staff/sessions'
import { StaffController } from './staff/staff.controller'
import { StaffGuard } from './staff/staff.guard'
import { StaffViews } from './staff/staffViews'

/** HTTP for riders, operators' staff and the public, and what messengers send back. Needs PlatformModule and setupGateway.ts. */
@Module({
  controllers: [
    PublicController,
    SessionController,
    StaffController,
    RidersController,
    ManageController,
    PagesController,
    InboundController,
    ConsoleController,
    ReceiptsConsumer,
  ],
  providers: [
    Operators,
    Copies,
    Timezones,
    FeedWatch,
    Texts,
    PublicViews,
    AlertsFeeds,
    LiveStream,
    RiderDesk,
    StoreWatch,
    Links,
    PendingChoices,
    Subscribing,
    Mailer,
    EndpointCheck,
    TelegramApi,
    TelegramInbound,
    TelegramPoller,
    Sessions,
    StaffGuard,
    StaffViews,
    Audience,
    Preview,
    Notices,
    Idempotency,
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class GatewayModule {}
