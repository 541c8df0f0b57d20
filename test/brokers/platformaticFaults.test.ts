import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Admin as OtherAdmin } from '@platformatic/kafka'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import type { Batch, Bus, OutRecord } from '#bus/bus'
import { Fetcher, type Take } from '#bus/platformatic/fetcher'
import { realClock } from '#service/realClock'
import { type KafkaPart, startKafka } from '../../tools/brokers.mjs'
import { until } from '../libs/bus/until'
import { describeKafka, withKafka } from './kafkaParts'
import { cuttingProxy } from './kafkaProxy'
import { keys, record, textsOf } from './kafkaRecords'
import { closeOpened, topicsForBoth } from './platformaticParts'

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => record((from + i) % 8, `${from + i}`))

const keyed = (key: string, value: Buffer | null): OutRecord => ({ partitionBy: 'a', key, value })

/** What the log holds now, record by record, as a follower sees it. */
async function logOf(bus: Bus, topic: string) {
  const log: { at: string; value: string; key: string | undefined; appendedAt: number }[] = []
  const follower = await bus.follow(topic, ({ records }) => {
    for (const { partition, position, key, value, appendedAt } of records)
      log.push({ at: `${partition}/${position}`, key, value: value === null ? 'erased' : String(Buffer.from(value)), appendedAt })
  })
  await follower.caughtUp()
  await follower.stop()
  return log.toSorted((a, b) => a.at.localeCompare(b.at))
}

describeKafka('@platformatic/kafka on one node', () => {
  const kafka = withKafka(1)
  let admin: Admin

  beforeAll(async () => {
    admin = new Kafka({ brokers: [...kafka().brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
  })
  afterAll(() => admin.disconnect())
  afterEach(closeOpened)

  it('goes on where kafkajs has stopped, and kafkajs where it has: nothing is lost, nothing comes twice', async () => {
    const { open, openKafkajs } = await topicsForBoth(kafka(), ['receipts'])
    const buses = [await openKafkajs(), await open()]
    const seen: string[] = []
    let sent = 0
    const append = async (bus: Bus) => {
      await bus.append('receipts', numbered(40, sent))
      sent += 40
    }
    for (const turn of [0, 1, 0, 1]) {
      const [consuming, other] = [buses[turn], buses[1 - turn]] as [Bus, Bus]
      const consumer = await consuming.consume('receipts', 'g', async (batch) => void seen.push(...textsOf(batch)))
      await append(other)
      await append(consuming)
      await until(() => seen.length >= sent)
      await consumer.stop()
      await append(other)
      expect(await other.committed('receipts', 'g')).toEqual(await consuming.committed('receipts', 'g'))
    }
    expect(seen.toSorted()).toEqual(numbered(sent - 40).map(({ value }) => String(value)).toSorted()) // prettier-ignore
  })

  it('writes what kafkajs writes and reads what kafkajs reads', async () => {
    const { open, openKafkajs } = await topicsForBoth(kafka(), ['lines'])
    const buses = [await openKafkajs(), await open()]
    for (const [i, bus] of buses.entries()) {
      await bus.append('lines', [keyed(`ü${i}`, Buffer.from('short')), keyed(`gone${i}`, null), keyed(`empty${i}`, Buffer.alloc(0))])
      await bus.append('lines', [keyed(`long${i}`, Buffer.from('packed '.repeat(500)))])
    }
    const [log, same] = await Promise.all(buses.map((bus) => logOf(bus, 'lines')))
    expect(same).toEqual(log)
    expect(log?.slice(4).map(({ key, value }) => [key, value])).toEqual(
      log?.slice(0, 4).map(({ key, value }) => [key?.replace('0', '1'), value]),
    )
    expect(log?.map(({ value }) => value.slice(0, 6))).toEqual(['short', 'erased', '', 'packed', 'short', 'erased', '', 'packed'])
  })

  it('loses nothing and does little twice when members of both kinds come and go in a group', async () => {
    const { open, openKafkajs, events } = await topicsForBoth(kafka(), ['receipts'])
    const [bus, ...others] = [await open(), await openKafkajs(), await open(), await openKafkajs()]
    const seen = new Map<string, number>()
    const handle = async (batch: Batch) => {
      await wait(10)
      for (const value of textsOf(batch)) seen.set(value, (seen.get(value) ?? 0) + 1)
    }
    await bus.consume('receipts', 'g', handle)
    let sent = 0
    const stop = new AbortController()
    const appending = (async () => {
      for (; !stop.signal.aborted; sent += 20, await wait(10)) await bus.append('receipts', numbered(20, sent))
    })()
    for (const other of others) {
      const member = await other.consume('receipts', 'g', handle)
      await until(() => member.owned().length === 4)
      await wait(800)
      await member.stop()
      await wait(500)
    }
    stop.abort()
    await appending
    await until(() => seen.size === sent)
    const twice = [...seen.values()].reduce((sum, times) => sum + times - 1, 0)
    if (process.env.SHOW) console.log(`${sent} sent, ${twice} handled twice`)
    expect(twice).toBeLessThanOrEqual(50)
    expect(sent).toBeGreaterThan(300)
    expect(events.filter(({ kind }) => kind === 'fatal' || kind === 'crash')).toEqual([])
  }, 40_000)

  it('does not let a handler that rejects stop the other partitions, also when more has come than is held', async () => {
    const { open } = await topicsForBoth(kafka(), ['receipts'])
    const bus = await open()
    let down = true
    const texts: string[] = []
    await bus.consume('receipts', 'g', async (batch) => {
      if (down && batch.partition === 3) throw new TypeError('a fault of the program')
      texts.push(...textsOf(batch))
    })
    const many = Array.from({ length: 20_000 }, (_, i) => record(3, `3:${i}`))
    for (let i = 0; i < 4; i++) await bus.append('receipts', many.slice(i * 5000, (i + 1) * 5000))
    for (let i = 0; i < 20; i++) await bus.append('receipts', [record(i % 3, `${i}`)])
    await until(() => texts.length === 20)
    down = false
    await until(() => texts.length === 20_020)
    expect(texts.slice(20)).toEqual(many.map(({ value }) => String(value)))
  })

  it('fetches nothing of a partition that is paused, and of the others meanwhile', async () => {
    const { prefix, open } = await topicsForBoth(kafka(), ['receipts'])
    const bus = await open()
    // Together more than one fetch brings, also when packed.
    for (let i = 0; i < 8; i++)
      await bus.append('receipts', Array.from({ length: 1000 }, () => ({ ...record(0, ''), value: randomBytes(300) }))) // prettier-ignore
    const counts = [0, 0]
    let resume: (() => void) | undefined
    const take: Take = (partition, records, _, pause) => {
      counts[partition] = (counts[partition] ?? 0) + records.length
      if (partition === 0) resume ??= pause()
    }
    const failures: unknown[] = []
    const failed = (error: unknown) => void failures.push(error)
    const fetcher = new Fetcher({ cluster: kafka(), clock: realClock, take, failed }, `${prefix}receipts`, 'g')
    fetcher.aim(new Map([[0, 0n], [1, 0n]])) // prettier-ignore
    await until(() => resume !== undefined)
    for (let i = 0; i < 3; i++) {
      await bus.append('receipts', [record(1, 'beside')])
      await until(() => counts[1] === i + 1)
    }
    const before = counts[0]
    resume?.()
    await until(() => counts[0] === 8000)
    await fetcher.stop()
    expect(before).toBeLessThan(8000)
    expect(failures).toEqual([])
  })

  it('goes on with the oldest there is when its position was dropped, and a follower does not wait for what is gone', async () => {
    const { prefix, open } = await topicsForBoth(kafka(), ['receipts'])
    const bus = await open()
    const seen: string[] = []
    const handle = async (batch: Batch) => void seen.push(...textsOf(batch))
    const consumer = await bus.consume('receipts', 'g', handle)
    await bus.append('receipts', [record(0, 'a'), record(1, 'b')])
    await until(() => seen.length === 2)
    await consumer.stop()
    await bus.append('receipts', [record(0, 'dropped'), record(0, 'dropped too'), record(0, 'c'), record(1, 'd')])
    const drop = async (offset: string) => {
      // Without it, this client does not know the leaders.
      await admin.fetchTopicOffsets(`${prefix}receipts`)
      await admin.deleteTopicRecords({ topic: `${prefix}receipts`, partitions: [{ partition: 0, offset }] })
    }
    await drop('3')
    await bus.consume('receipts', 'g', handle)
    await until(() => seen.length === 4)
    expect(seen.slice(2).toSorted()).toEqual(['c', 'd'])
    await drop('4')
    expect((await logOf(bus, 'receipts')).map(({ value }) => value)).toEqual(['b', 'd'])
  })

  it('notes with the position what it handles first, as kafkajs does, so that a record that kills is found', async () => {
    const { prefix, open } = await topicsForBoth(kafka(), ['receipts'])
    const bus = await open()
    await bus.append('receipts', [record(0, 'a'), record(0, 'b')])
    const noted = async () => {
      const [found] = await admin.fetchOffsets({ groupId: `${prefix}g.receipts`, topics: [`${prefix}receipts`] })
      return found?.partitions.find(({ partition }) => partition === 0)?.metadata ?? ''
    }
    const during: string[] = []
    const consumer = await bus.consume('receipts', 'g', async () => void during.push(await noted()))
    await until(() => during.length === 1)
    await consumer.stop()
    expect([...during, await noted()]).toEqual(['tried 1 0 1', ''])
  })

  it('joins again when the group has put it out, and does nothing twice that it had done', async () => {
    const { prefix, open, events } = await topicsForBoth(kafka(), ['receipts'])
    const bus = await open()
    const seen: string[] = []
    const owned: (readonly number[])[] = []
    const consumer = await bus.consume('receipts', 'g', async (batch) => void seen.push(...textsOf(batch)), (own) => void owned.push(own)) // prettier-ignore
    await bus.append('receipts', numbered(100))
    await until(() => seen.length === 100)
    const other = new OtherAdmin({ clientId: 'test', bootstrapBrokers: [...kafka().brokers] })
    await other.removeMembersFromConsumerGroup({ groupId: `${prefix}g.receipts` })
    await bus.append('receipts', numbered(100, 100))
    await until(() => seen.length >= 200 && consumer.owned().length === 8)
    await bus.append('receipts', numbered(100, 200))
    await until(() => seen.length >= 300)
    await other.close()
    expect(seen.toSorted()).toEqual(numbered(300).map(({ value }) => String(value)).toSorted()) // prettier-ignore
    expect(owned).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]])
    expect(events.filter(({ kind }) => kind === 'fatal' || kind === 'crash')).toEqual([])
  })

  it('goes on when the broker is killed: nothing acknowledged is lost, all is handled, and a follower sees every record once', async () => {
    const { kill, start } = kafka()
    if (!kill || !start) return console.warn('Killing a broker needs one of our own: skipped.')
    const { open, events } = await topicsForBoth(kafka(), ['receipts'])
    const bus = await open()
    const consumed = new Set<string>()
    const followed: string[] = []
    await bus.consume('receipts', 'g', async (batch) => textsOf(batch).forEach((value) => consumed.add(value)))
    await bus.follow('receipts', (batch) => void followed.push(...batch.records.map((r) => `${batch.partition}/${r.position}`)))
    const acknowledged = new Map<string, string>()
    const stop = new AbortController()
    const appending = keys.map(async (_, partition) => {
      for (let i = 0; !stop.signal.aborted; i++, await wait(5)) {
        const value = `${partition}:${i}`
        const [written] = await bus.append('receipts', [record(partition, value)])
        acknowledged.set(`${partition}/${written?.position}`, value)
      }
    })
    await until(() => consumed.size > 400)
    await kill(0)
    await wait(1000)
    await start(0)
    const before = acknowledged.size
    await until(() => acknowledged.size > before + 100)
    stop.abort()
    await Promise.all(appending)
    await until(() => [...acknowledged.values()].every((value) => consumed.has(value)))
    await until(() => [...acknowledged.keys()].every((at) => followed.includes(at)))
    expect(new Set(followed).size).toBe(followed.length)
    expect(events.filter(({ kind }) => kind === 'fatal' || kind === 'unanswered')).toEqual([])
  }, 60_000)
})

describeKafka('@platformatic/kafka behind a line that breaks', () => {
  let kafka: KafkaPart
  let proxy: Awaited<ReturnType<typeof cuttingProxy>>

  beforeAll(async () => {
    proxy = await cuttingProxy()
    kafka = await startKafka({ advertised: [proxy.port] })
    proxy.state.target = Number(kafka.brokers[0]?.split(':')[1])
  }, 180_000)
  afterEach(closeOpened)
  afterAll(async () => {
    await kafka.stop()
    proxy.close()
  })

  it('loses nothing when answers are cut after the broker has written', async () => {
    if (process.env.LINIENFUNK_TEST_KAFKA) return console.warn('Cutting answers needs a broker of its own: skipped.')
    const { open } = await topicsForBoth(kafka, ['receipts'])
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
    const log = new Map((await logOf(bus, 'receipts')).map(({ at, value }) => [at, value]))
    expect(written.filter(({ at, value }) => log.get(at) !== value)).toEqual([])
    expect(written.length).toBeGreaterThan(100)
    // The broker had written before: copies are the price.
    expect(log.size).toBeGreaterThan(written.length)
  }, 60_000)
})
