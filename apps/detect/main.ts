import { runStage } from '#service/runStage'
import { DetectModule } from './detect.module'

runStage(DetectModule)
