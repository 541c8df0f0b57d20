import { VirtualClock } from '#service/virtualClock'
import { busContract } from '../libs/bus/contract'
import { describeKafka, freshTopics, withKafka } from './kafkaParts'

describeKafka('Kafka, one node', () => {
  const kafka = withKafka(1)

  busContract(
    'Kafka by kafkajs',
    async (kept) => {
      const { open } = await freshTopics(kafka(), [...kept.keys()])
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
