import { Controller } from '@nestjs/common'
import { Consume, Owns } from '#bus/consume'
import { observations } from '#bus/topics'
import type { Received } from '#bus/typed'
import type { Observation } from '#domain/observation'
import { Detection } from './detection'

@Controller()
export class DetectController {
  constructor(private readonly detection: Detection) {}

  @Consume('detect', observations)
  handle(records: Received<Observation>[]): Promise<void> {
    return this.detection.handle(records)
  }

  @Owns('detect', observations)
  owns(partitions: readonly number[]): void {
    this.detection.owns(partitions)
  }
}
