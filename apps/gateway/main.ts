import { runStage } from '#service/runStage'
import { GatewayModule } from './gateway.module'
import { setupGateway } from './setupGateway'

runStage(GatewayModule, setupGateway)
