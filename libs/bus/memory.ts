import type { Clock } from '#domain/ports'
import type { Bus } from './bus'
import { LogBus } from './logBus'
import { MemoryLog } from './memoryLog'
import type { Report } from './recordLog'
import { keptByTopic } from './retention'

/** A bus that lives and ends with the process: for tests, replay and simulation. */
export function memoryBus(clock: Clock, report: Report = () => {}, kept = keptByTopic): Bus {
  return new LogBus(new MemoryLog(clock.now, kept), clock, report)
}
