import { memoryBus } from '#bus/memory'
import { VirtualClock } from '#service/virtualClock'
import { busContract } from './contract'

busContract('memory', (kept) => {
  const clock = new VirtualClock()
  const bus = memoryBus(clock, undefined, kept)
  return { bus, clock, restart: async () => bus, end: () => bus.close() }
})
