import { Module } from '@nestjs/common'
import { DisruptionsController } from './disruptions.controller'
import { Looks } from './looks'
import { RidersController } from './riders.controller'
import { Teller } from './teller'
import { World } from './world'

/** Who must be told: disruptions and riders in; pages, cohorts and dispatches out. */
@Module({
  controllers: [RidersController, DisruptionsController],
  providers: [World, Teller, Looks],
})
export class MatchModule {}
