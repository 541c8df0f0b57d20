import { Module } from '@nestjs/common'
import { Copies } from './copies'
import { DetectController } from './detect.controller'
import { Detection } from './detection'
import { Housekeeping } from './housekeeping'

/** observations → disruptions; the only writer of disruptions. */
@Module({ controllers: [DetectController], providers: [Copies, Detection, Housekeeping] })
export class DetectModule {}
