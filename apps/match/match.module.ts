import { Module } from '@nestjs/common'
import { CompleteStore } from './completeStore'
import { DisruptionsController } from './disruptions.controller'
import { Looks } from './looks'
import { RidersController } from './riders.controller'
import { RecentRiders } from './recentRiders'
import { Teller } from './teller'
import { World } from './world'

/** Who must be told: disruptions and riders in; pages, cohorts and dispatches out. */
@Module({
  controllers: [RidersController, DisruptionsController],
  providers: [CompleteStore, World, Teller, RecentRiders, Looks],
})
export class MatchModule {}
