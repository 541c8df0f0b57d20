import { VirtualClock } from '#service/virtualClock'
import { busContract } from '../libs/bus/contract'
import { describeKafka, withKafka } from './kafkaParts'
import { topicsForBoth } from './platformaticParts'

describeKafka('Kafka by @platformatic/kafka, one node', () => {
  const kafka = withKafka(1)

  busContract(
    'Kafka by @platformatic/kafka',
    async (kept) => {
      const { open } = await topicsForBoth(kafka(), [...kept.keys()])
      // Records of another day would be dropped by the broker.
      const clock = new VirtualClock(Date.now())
      let bus = await open(clock)
      const restart = async () => {
        await bus.close()
        return (bus = await open(clock))
      }
      return { bus, clock, restart, end: () => bus.close() }
    },
    { keptByBroker: true },
  )
})
