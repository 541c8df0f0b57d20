import { readFileSync } from 'node:fs'
import { type KafkaPart, startKafka } from '../../tools/brokers.mjs'
import { type Cluster, kafkaAdapters, saslMechanisms } from '#bus/cluster'
import { createTopics } from '#bus/kafka/createTopics'
import type { KafkaBusOptions } from '#bus/kafka/kafkaBus'
import { kafkaBus } from '#bus/kafka/kafkaBus'
import { platformaticBus } from '#bus/platformatic/platformaticBus'
import { receipts } from '#bus/topics'
import { realClock } from '#service/realClock'
import { until } from '../libs/bus/until'
import { describeKafka } from './kafkaParts'

type Secure = NonNullable<KafkaPart['secure']>
const openers = { kafkajs: kafkaBus, platformatic: platformaticBus }

describeKafka('Kafka that asks who is there', () => {
  let kafka: KafkaPart
  let secure: Secure

  beforeAll(async () => {
    kafka = await startKafka({ secure: true })
    secure = kafka.secure as Secure
    await createTopics({ brokers: kafka.brokers, topics: [receipts], clock: realClock })
  }, 180_000)
  afterAll(() => kafka.stop())

  const isGiven = () => {
    if (kafka.secure) return false
    console.warn('A given broker has ports of its own: skipped.')
    return true
  }

  const answers = (adapter: keyof typeof openers, cluster: Cluster) =>
    openers[adapter]({ ...cluster, clock: realClock } satisfies KafkaBusOptions)

  /** Writes something and reads it back as a member of a group. */
  async function roundTrip(adapter: keyof typeof openers, cluster: Cluster, group: string): Promise<void> {
    const bus = await answers(adapter, cluster)
    try {
      const [written] = await bus.append('receipts', [{ partitionBy: 'here', value: Buffer.from(group) }])
      let isRead = false
      await bus.consume('receipts', group, async ({ records }) => {
        isRead ||= records.some((r) => String(Buffer.from(r.value ?? [])) === group)
      })
      await until(() => isRead)
      expect(written?.position).toBeGreaterThanOrEqual(0n)
    } finally {
      await bus.close()
    }
  }

  const byPassword = (mechanism: (typeof saslMechanisms)[number], password = secure.password): Cluster => ({
    brokers: [secure.sasl],
    sasl: { mechanism, username: secure.username, password },
  })

  it.each(kafkaAdapters)('lets %s in with the right password, by each mechanism', async (adapter) => {
    if (isGiven()) return
    await Promise.all(saslMechanisms.map((mechanism) => roundTrip(adapter, byPassword(mechanism), `${adapter}-${mechanism}`)))
  })

  it.each(saslMechanisms)('does not let anybody in with a wrong password by %s, and says so without it', async (mechanism) => {
    if (isGiven()) return
    const cluster = byPassword(mechanism, 'a wrong one')
    for (const open of [() => answers('kafkajs', cluster), () => createTopics({ ...cluster, clock: realClock })]) {
      const error: unknown = await open().catch((reason: unknown) => reason)
      expect(error).toMatchObject({ name: 'ClusterError', code: 'KAFKA_AUTHENTICATION' })
      expect(String(error)).toMatch(/the user linienfunk by .* Check kafka\.sasl/)
      expect(String(error)).not.toContain('a wrong one')
    }
  })

  it.each(kafkaAdapters)('speaks TLS by %s with whom the authority vouches for', async (adapter) => {
    if (isGiven()) return
    await roundTrip(adapter, { brokers: [secure.tls], ssl: { ca: readFileSync(secure.certificate, 'utf8') } }, `${adapter}-tls`)
  })

  it('does not trust a broker that nobody vouches for, nor take silence for an answer', async () => {
    if (isGiven()) return
    await expect(answers('kafkajs', { brokers: [secure.tls], ssl: true })).rejects.toMatchObject({ code: 'KAFKA_TLS' })
    await expect(answers('kafkajs', { brokers: [secure.tls.replace(/\d+$/, '1')] })).rejects.toMatchObject({ code: 'KAFKA_UNREACHABLE' })
  })
})
