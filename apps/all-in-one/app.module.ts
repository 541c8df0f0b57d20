import { type DynamicModule, Module } from '@nestjs/common'
import type { Health } from '#service/health'
import { HealthModule } from '#service/health.module'
import { PlatformModule } from '#service/platform.module'
import type { Platform } from '#service/tokens'
import { DetectModule } from '../detect/detect.module'
import { GatewayModule } from '../gateway/gateway.module'
import { IngestModule } from '../ingest/ingest.module'
import { MatchModule } from '../match/match.module'
import { SendModule } from '../send/send.module'
import { HomeController } from './home.controller'

/** Every stage in one process. `outside` is the demo's city and phone, absent where real operators are connected. */
@Module({})
export class AppModule {
  static of(platform: Platform, health: Health, outside: DynamicModule | undefined): DynamicModule {
    const stages = [IngestModule, DetectModule, MatchModule, SendModule, GatewayModule]
    return {
      module: AppModule,
      imports: [PlatformModule.of(platform), HealthModule.of(health), ...(outside ? [outside] : []), ...stages],
      controllers: outside ? [] : [HomeController],
    }
  }
}
