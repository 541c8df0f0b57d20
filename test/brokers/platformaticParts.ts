import type { KafkaPart } from '../../tools/brokers.mjs'
import type { Bus } from '#bus/bus'
import type { KafkaEvent } from '#bus/kafka/events'
import { platformaticBus } from '#bus/platformatic/platformaticBus'
import type { Clock } from '#domain/ports'
import { realClock } from '#service/realClock'
import { freshTopics } from './kafkaParts'

/** Fresh topics (kafkaParts.ts), over which `open` opens a bus by @platformatic/kafka and `openKafkajs` one by kafkajs. */
export async function topicsForBoth(
  kafka: Pick<KafkaPart, 'brokers'>,
  names: readonly string[],
  settings: Readonly<Record<string, string>> = {},
) {
  const { prefix, open: openKafkajs } = await freshTopics(kafka, names, { settings })
  const events: KafkaEvent[] = []
  const open = async (clock: Clock = realClock): Promise<Bus> => {
    const bus = await platformaticBus({ brokers: kafka.brokers, prefix, clock, report: (event) => void events.push(event) })
    opened.add(bus)
    return bus
  }
  return { prefix, open, openKafkajs, events }
}

/** Also after a test that has failed: an open bus would keep the process alive. */
const opened = new Set<Bus>()
export async function closeOpened(): Promise<void> {
  await Promise.all([...opened].map((bus) => bus.close()))
  opened.clear()
}
