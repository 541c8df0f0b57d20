import { setTimeout as wait } from 'node:timers/promises'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import type { Batch, Bus, OutRecord } from '#bus/bus'
import { partitionOf } from '#domain/partitionOf'
import { type KafkaPart, startKafka } from '../../tools/brokers.mjs'
import { until } from '../libs/bus/until'
import { describeKafka, freshTopics, withKafka } from './kafkaParts'
import { cuttingProxy } from './kafkaProxy'

/** A text that falls into each partition. */
const keys = Array.from({ length: 8 }, (_, partition) => {
  for (let i = 0; ; i++) if (partitionOf(`${i}`, 8) === partition) return `${i}`
})
const record = (partition: number, value: string): OutRecord => ({ partitionBy: keys[partition] as string, value: Buffer.from(value) })
const keyed = (key: string, value: string | null): OutRecord => ({
  partitionBy: keys[0] as string,
  key,
  value: value === null ? null : Buffer.from(value),
})
const textsOf = (batch: Batch) => batch.records.map((r) => String(Buffer.from(r.value as Uint8Array)))

/** Everything that the log holds now, by position. */
async function logOf(bus: Bus, topic: string): Promise<Map<string, string>> {
  const log = new Map<string, string>()
  const follower = await bus.follow(topic, (batch) => {
    for (const [i, value] of textsOf(batch).entries()) log.set(`${batch.partition}/${batch.records[i]?.position}`, value)
  })
  await follower.caughtUp()
  await follower.stop()
  return log
}

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

  it('goes on when a broker is killed: nothing acknowledged is lost, and a follower sees every record once', async () => {
    const { kill, start } = kafka()
    if (!kill || !start) return console.warn('Killing a broker needs brokers of our own: skipped.')
    const { open, events } = await freshTopics(kafka(), ['receipts'])
    const bus = await open()
    const consumed = new Set<string>()
    const followed: string[] = []
    await bus.consume('receipts', 'g', async (batch) => textsOf(batch).forEach((value) => consumed.add(value)))
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
    await until(() => consumed.size > 200)
    await kill(0)
    await wait(8000)
    await start(0)
    await wait(3000)
    stop.abort()
    await Promise.all(appending)
    const positions = [...acknowledged.keys()]
    await until(() => [...acknowledged.values()].every((value) => consumed.has(value)))
    await until(() => positions.every((at) => followed.includes(at)))
    expect(new Set(followed).size).toBe(followed.length)
    expect(events.filter(({ kind }) => kind === 'fatal' || kind === 'unanswered')).toEqual([])
  }, 60_000)
})

describeKafka('Kafka, one node, with faults', () => {
  const kafka = withKafka(1)

  it('loses nothing and does little twice when members come and go', async () => {
    const { open, events } = await freshTopics(kafka(), ['receipts'])
    const [bus, other] = await Promise.all([open(), open()])
    const seen = new Map<string, number>()
    const handle = async (batch: Batch) => {
      await wait(10)
      for (const value of textsOf(batch)) seen.set(value, (seen.get(value) ?? 0) + 1)
    }
    await bus.consume('receipts', 'g', handle)
    let sent = 0
    const stop = new AbortController()
    const appending = (async () => {
      for (; !stop.signal.aborted; await wait(10)) {
        const values = Array.from({ length: 20 }, () => record(sent % 8, `${sent++}`))
        await bus.append('receipts', values)
      }
    })()
    for (let cycle = 0; cycle < 3; cycle++) {
      const member = await other.consume('receipts', 'g', handle)
      await until(() => member.owned().length === 4)
      await wait(1000)
      await member.stop()
      await wait(1000)
    }
    stop.abort()
    await appending
    await until(() => seen.size === sent)
    const twice = [...seen.values()].reduce((sum, times) => sum + times - 1, 0)
    await Promise.all([bus.close(), other.close()])
    if (process.env.SHOW) console.log(`${sent} sent, ${twice} handled twice`)
    // Without draining and committing before each join it is some hundreds a time.
    expect(twice).toBeLessThanOrEqual(50)
    expect(sent).toBeGreaterThan(2000)
    // A first one that starts again by itself is normal on a fresh broker.
    expect(events.filter((event) => event.kind === 'fatal' || (event.kind === 'crash' && event.rebuilt))).toEqual([])
  }, 40_000)

  it('does not let a handler that rejects stop the other partitions', async () => {
    const { open } = await freshTopics(kafka(), ['receipts'])
    const bus = await open()
    let down = true
    const texts: string[] = []
    await bus.consume('receipts', 'g', async (batch) => {
      if (down && batch.partition === 3) throw new TypeError('a fault of the program')
      texts.push(...textsOf(batch))
    })
    // More than a lane holds: the partition is paused, and the fetching goes on.
    const many = Array.from({ length: 6000 }, (_, i) => record(3, `3:${i}`))
    await bus.append('receipts', many)
    for (let i = 0; i < 30; i++) {
      await bus.append('receipts', [record(i % 3, `${i}`)])
      await wait(50)
    }
    await until(() => texts.length === 30)
    down = false
    await until(() => texts.length === 6030)
    await bus.close()
    expect(texts.slice(30)).toEqual(many.map(({ value }) => String(value)))
  })

  it('drops and compacts by itself, and followers catch up with what is left', async () => {
    if (!kafka().kill) return console.warn('A given broker looks after retention in its own time: skipped.')
    const soon = { 'segment.ms': '500', 'retention.ms': '1500', 'min.compaction.lag.ms': '0', 'delete.retention.ms': '1000', 'min.cleanable.dirty.ratio': '0.01' } // prettier-ignore
    const { open } = await freshTopics(kafka(), ['observations', 'lines'], { settings: soon })
    const bus = await open()
    const [old] = await bus.append('observations', [record(0, 'old')])
    await bus.append('lines', [keyed('1', 'old'), keyed('2', 'stays'), keyed('3', 'gone'), keyed('1', 'new'), keyed('3', null)])
    await wait(600)
    const [recent] = await bus.append('lines', [keyed('4', 'closes the segment')])
    const read = async (topic: string) => {
      const texts: string[] = []
      const follower = await bus.follow(topic, ({ records }) => {
        texts.push(...records.map(({ key, value }) => (value === null ? `${key} erased` : String(Buffer.from(value)))))
      })
      await follower.caughtUp()
      await follower.stop()
      return texts
    }
    await until(async () => (await read('lines')).join() === 'stays,new,3 erased,closes the segment')
    await until(async () => (await read('observations')).length === 0)
    const [next] = await bus.append('observations', [record(0, 'next')])
    await bus.close()
    expect(next?.position).toBe((old?.position as bigint) + 1n)
    expect(recent?.position).toBe(5n)
  }, 40_000)

  it('is quiet while nothing happens', async () => {
    const { open } = await freshTopics(kafka(), ['receipts'])
    const bus = await open()
    await bus.consume('receipts', 'g', async () => {})
    await wait(500)
    const timers = jest.spyOn(globalThis, 'setTimeout')
    await wait(1000)
    const started = timers.mock.calls.length
    timers.mockRestore()
    await bus.close()
    // Unguarded, kafkajs starts a thousand a connection.
    expect(started).toBeLessThan(100)
  })

  it('reads what the broker has packed by ZSTD, and says so when a consumer cannot go on', async () => {
    const packed = await freshTopics(kafka(), ['receipts'], { settings: { 'compression.type': 'zstd' } })
    const bus = await packed.open()
    const texts: string[] = []
    await bus.consume('receipts', 'g', async (batch) => void texts.push(...textsOf(batch)))
    await bus.append('receipts', [record(0, 'packed')])
    await until(() => texts.length === 1)
    await bus.close()
    const unreadable = await freshTopics(kafka(), ['receipts'], { settings: { 'compression.type': 'snappy' } })
    const dying = await unreadable.open()
    await dying.append('receipts', [record(0, 'unreadable')])
    await dying.consume('receipts', 'g', async () => {})
    await until(() => unreadable.events.some(({ kind }) => kind === 'fatal'))
    await dying.close()
    const crashes = unreadable.events.filter((event) => event.kind === 'crash')
    expect(crashes.map((event) => event.rebuilt)).toEqual([true, true, false])
  })
})

describeKafka('Kafka behind a line that breaks', () => {
  let kafka: KafkaPart
  let proxy: Awaited<ReturnType<typeof cuttingProxy>>

  beforeAll(async () => {
    proxy = await cuttingProxy()
    kafka = await startKafka({ advertised: [proxy.port] })
    proxy.state.target = Number(kafka.brokers[0]?.split(':')[1])
  }, 180_000)
  afterAll(async () => {
    await kafka.stop()
    proxy.close()
  })

  it('loses nothing when answers are cut after the broker has written', async () => {
    if (process.env.LINIENFUNK_TEST_KAFKA) return console.warn('Cutting answers needs a broker of its own: skipped.')
    const { open } = await freshTopics(kafka, ['receipts'])
    const bus = await open()
    await bus.append('receipts', [record(0, 'first')])
    proxy.state.cutEvery = 4
    const written: { at: string; value: string }[] = []
    const appending = Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; proxy.state.cuts < 20; i++) {
        const value = `${writer}:${i}`
        const [position] = await bus.append('receipts', [record(0, value)])
        written.push({ at: `0/${position?.position}`, value })
      }
    })
    await Promise.all(appending)
    proxy.state.cutEvery = 0
    const log = await logOf(bus, 'receipts')
    await bus.close()
    expect(written.filter(({ at, value }) => log.get(at) !== value)).toEqual([])
    expect(written.length).toBeGreaterThan(100)
    // The broker had written before: copies are the price.
    expect(log.size).toBeGreaterThan(written.length)
  }, 60_000)
})
