import { setTimeout as wait } from 'node:timers/promises'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import type { Bus } from '#bus/bus'
import { realClock } from '#service/realClock'
import { until } from '../libs/bus/until'
import { describeKafka, freshTopics, withKafka } from './kafkaParts'
import { keys, logOf, record, textsOf } from './kafkaRecords'

/** LONG=1: more of it. */
const rounds = process.env.LONG ? 3 : 1

describeKafka('Kafka, three nodes', () => {
  const kafka = withKafka(3)
  let admin: Admin

  beforeAll(async () => {
    admin = new Kafka({ brokers: [...kafka().brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
  })
  afterAll(() => admin.disconnect())

  const leaders = async (topic: string) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return new Map(topics[0]?.partitions.map(({ partitionId, leader }) => [partitionId, leader]))
  }

  /** Every copy is in step again, of the topic and of the groups' positions: the next broker may go. */
  const isWhole = async (topic: string) => {
    const wanted = [topic, '__consumer_offsets']
    const { topics } = await admin.fetchTopicMetadata({ topics: wanted }).catch(() => ({ topics: [] }))
    return topics.length === wanted.length && topics.every(({ partitions }) => partitions.every(({ isr }) => isr.length === 3))
  }

  /** The partition has one copy, so its leader moves with it. */
  const move = async (topic: string, partition: number, to: number) => {
    await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment: [{ partition, replicas: [to] }] }] })
    await until(async () => (await leaders(topic)).get(partition) === to)
  }

  it('loses nothing when a leader moves to the broker that the same append also writes to', async () => {
    if ((await admin.describeCluster()).brokers.length < 2) return console.warn('Moving a leader needs two brokers: skipped.')
    const { prefix, open } = await freshTopics(kafka(), ['receipts'], { replicas: 1 })
    const topic = `${prefix}receipts`
    const bus = await open()
    const written: { at: string; value: string }[] = []
    const append = async (values: readonly (readonly [number, string])[]) => {
      const positions = await bus.append(
        'receipts',
        values.map(([partition, value]) => record(partition, value)),
      )
      positions.forEach(({ partition, position }, i) => written.push({ at: `${partition}/${position}`, value: values[i]?.[1] as string }))
    }
    for (let round = 0; round < 3; round++) {
      const before = await leaders(topic)
      const other = [...before].find(([partition, leader]) => partition !== 0 && leader !== before.get(0)) as [number, number]
      // Learns who leads, which is then out of date.
      await append([[0, `${round} known`], [other[0], `${round} known too`]]) // prettier-ignore
      await move(topic, 0, other[1])
      await append([[0, `${round} moved`], [other[0], `${round} beside`]]) // prettier-ignore
    }
    const log = await logOf(bus, 'receipts')
    await bus.close()
    expect(written.map(({ at }) => log.get(at))).toEqual(written.map(({ value }) => value))
    expect(written).toHaveLength(12)
  })

  /** Appends to every partition and consumes all of it while something happens; then everything acknowledged must have come through. */
  async function during(bus: Bus, happening: () => Promise<void>) {
    const consumed = new Map<string, number>()
    const followed: string[] = []
    await bus.consume('receipts', 'g', async (batch) =>
      textsOf(batch).forEach((value) => consumed.set(value, (consumed.get(value) ?? 0) + 1)),
    )
    await bus.follow('receipts', (batch) => void followed.push(...batch.records.map((r) => `${batch.partition}/${r.position}`)))
    const acknowledged = new Map<string, string>()
    const stop = new AbortController()
    const appending = keys.map(async (_, partition) => {
      for (let i = 0; !stop.signal.aborted; i++, await wait(10)) {
        const value = `${partition}:${i}`
        const [written] = await bus.append('receipts', [record(partition, value)])
        acknowledged.set(`${partition}/${written?.position}`, value)
      }
    })
    try {
      await until(() => consumed.size > 100, undefined, 30_000)
      await happening()
    } finally {
      stop.abort()
      await Promise.allSettled(appending)
    }
    await Promise.all(appending)
    await until(() => [...acknowledged.values()].every((value) => consumed.has(value)), undefined, 30_000)
    await until(() => [...acknowledged.keys()].every((at) => followed.includes(at)), undefined, 30_000)
    expect(new Set(followed).size).toBe(followed.length)
    const twice = [...consumed.values()].reduce((sum, times) => sum + times - 1, 0)
    if (process.env.SHOW) console.log(`${acknowledged.size} acknowledged, ${twice} consumed twice`)
    return { acknowledged, twice }
  }

  it('goes on when a broker is killed: nothing acknowledged is lost, and a follower sees every record once', async () => {
    const { kill, start } = kafka()
    if (!kill || !start) return console.warn('Killing a broker needs brokers of our own: skipped.')
    const { open, events } = await freshTopics(kafka(), ['receipts'])
    await during(await open(), async () => {
      await kill(0)
      await wait(process.env.LONG ? 8000 : 5000)
      await start(0)
      await wait(1000)
    })
    expect(events.filter(({ kind }) => kind === 'fatal' || kind === 'unanswered')).toEqual([])
  }, 90_000)

  it('goes on while every broker is restarted in turn: nothing acknowledged is lost', async () => {
    const { end, start } = kafka()
    if (!end || !start) return console.warn('Restarting brokers needs brokers of our own: skipped.')
    const { open, prefix, events } = await freshTopics(kafka(), ['receipts'])
    const bus = await open(realClock, 3000)
    const { acknowledged } = await during(bus, async () => {
      for (let round = 0; round < rounds; round++) {
        for (let node = 0; node < 3; node++) {
          await end(node)
          await start(node)
          await until(() => isWhole(`${prefix}receipts`), undefined, 30_000)
        }
      }
    })
    const log = await logOf(bus, 'receipts')
    expect([...acknowledged].filter(([at, value]) => log.get(at) !== value)).toEqual([])
    expect(acknowledged.size).toBeGreaterThan(100)
    expect(events.filter(({ kind }) => kind === 'fatal' || kind === 'unanswered')).toEqual([])
  }, 240_000)
})
