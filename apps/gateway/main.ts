import { runStage } from '#service/runStage'
import { addFrontPage } from './frontPage'
import { GatewayModule } from './gateway.module'
import { setupGateway } from './setupGateway'

runStage(GatewayModule, async (app) => {
  await setupGateway(app)
  addFrontPage(app)
})
