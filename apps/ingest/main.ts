import { runStage } from '#service/runStage'
import { IngestModule } from './ingest.module'

runStage(IngestModule)
