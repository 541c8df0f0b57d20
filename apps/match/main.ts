import { runStage } from '#service/runStage'
import { MatchModule } from './match.module'

runStage(MatchModule)
