import { randomBytes } from 'node:crypto'
import { type KafkaPart, available, startKafka } from '../../tools/brokers.mjs'
import type { Bus } from '#bus/bus'
import { createTopics } from '#bus/kafka/createTopics'
import type { KafkaEvent } from '#bus/kafka/events'
import { kafkaBus } from '#bus/kafka/kafkaBus'
import { allTopics } from '#bus/topics'
import type { Clock } from '#domain/ports'
import { realClock } from '#service/realClock'

/** `describe` where Kafka can be had; else the tests are skipped and it is said why, or fail where brokers are required. */
export function describeKafka(name: string, body: () => void): void {
  const { kafka: missing } = available()
  if (missing !== undefined) console.warn(`${name}: ${process.env.REQUIRE_BROKERS ? 'required, but' : 'skipped.'} ${missing}`)
  const may = missing === undefined || process.env.REQUIRE_BROKERS
  ;(may ? describe : describe.skip)(name, () => {
    body()
    afterEach(closeAll)
  })
}

/** Also after a test that has failed: an open bus would keep the process alive. */
const opened = new Set<Bus>()
async function closeAll(): Promise<void> {
  await Promise.all([...opened].map((bus) => bus.close()))
  opened.clear()
}

/** Some topics on a broker, under a prefix of their own, so that tests do not meet; `open` opens a bus over them. */
export async function freshTopics(
  kafka: Pick<KafkaPart, 'brokers'>,
  names: readonly string[],
  { settings = {}, replicas }: { readonly settings?: Readonly<Record<string, string>>; readonly replicas?: number } = {},
) {
  const prefix = `${randomBytes(5).toString('hex')}.`
  const topics = allTopics.filter((topic) => names.includes(topic.name))
  const { brokers } = kafka
  await createTopics({ brokers, prefix, topics, settings, clock: realClock, ...(replicas && { replicas }) })
  const events: KafkaEvent[] = []
  const open = async (clock: Clock = realClock, sessionMs?: number): Promise<Bus> => {
    const bus = await kafkaBus({ brokers, prefix, clock, sessionMs, report: (event) => void events.push(event) })
    opened.add(bus)
    return bus
  }
  return { prefix, open, events }
}

/** Starts Kafka before the tests of this block and ends it after them. */
export function withKafka(nodes: 1 | 3): () => KafkaPart {
  let kafka: KafkaPart | undefined
  // The first time on a machine, Kafka is fetched.
  beforeAll(async () => {
    kafka = await startKafka({ nodes })
  }, 180_000)
  afterAll(() => kafka?.stop())
  return () => kafka as KafkaPart
}
