import { runStage } from '#service/runStage'
import { SendModule } from './send.module'

runStage(SendModule)
