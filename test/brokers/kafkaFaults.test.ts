import { setTimeout as wait } from 'node:timers/promises'
import type { Batch } from '#bus/bus'
import { checkTopics, createTopics } from '#bus/kafka/createTopics'
import { receipts } from '#bus/topics'
import { realClock } from '#service/realClock'
import { VirtualClock } from '#service/virtualClock'
import { type KafkaPart, startKafka } from '../../tools/brokers.mjs'
import { until } from '../libs/bus/until'
import { describeKafka, freshTopics, withKafka } from './kafkaParts'
import { cuttingProxy } from './kafkaProxy'
import { keyed, logOf, record, textsOf } from './kafkaRecords'

/** LONG=1: as long as it may be in earnest. */
const isLong = Boolean(process.env.LONG)
const sessionMs = isLong ? 10_000 : 1500
const blockedMs = isLong ? 60_000 : 4000
const frozenMs = isLong ? 15_000 : 4000
const cycles = isLong ? 10 : 3

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
    for (let cycle = 0; cycle < cycles; cycle++) {
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
    expect(sent).toBeGreaterThan(300)
    // A first one that starts again by itself is normal on a fresh broker.
    expect(events.filter((event) => event.kind === 'fatal' || (event.kind === 'crash' && event.rebuilt))).toEqual([])
  }, 120_000)

  it('does not let a handler that blocks stop the other partitions, nor lose its place in the group', async () => {
    const { open, events } = await freshTopics(kafka(), ['receipts'])
    const [bus, other] = await Promise.all([open(realClock, sessionMs), open(realClock, sessionMs)])
    const gate = Promise.withResolvers<void>()
    const at = new Map<string, number>()
    const owned: string[] = []
    const handle = async (batch: Batch) => {
      if (batch.partition === 3) await gate.promise
      for (const text of textsOf(batch)) at.set(text, performance.now())
    }
    await bus.consume('receipts', 'g', handle, (partitions) => void owned.push(partitions.join('')))
    await bus.append('receipts', [record(3, 'blocks')])
    const latencies: number[] = []
    for (const end = performance.now() + blockedMs; performance.now() < end; await wait(100)) {
      const text = `${latencies.length}`
      const sent = performance.now()
      await bus.append('receipts', [record(latencies.length % 3, text)])
      await until(() => at.has(text))
      latencies.push((at.get(text) as number) - sent)
    }
    expect(owned).toEqual(['01234567'])
    // Nor does it hold up those who join: the group waits for what is handled only so long.
    const joining = performance.now()
    const member = await other.consume('receipts', 'g', handle)
    expect(performance.now() - joining).toBeLessThan(2 * sessionMs)
    gate.resolve()
    await until(() => at.has('blocks'))
    await member.stop()
    expect(Math.max(...latencies)).toBeLessThan(1000)
    expect(events.filter((event) => event.kind === 'fatal' || (event.kind === 'crash' && event.rebuilt))).toEqual([])
  }, 120_000)

  it('outlives a broker that freezes: no copies, nothing lost, its own deadline, and nobody believes to own what the group may have given away', async () => {
    const { signal } = kafka()
    if (!signal) return console.warn('Freezing a broker needs one of our own: skipped.')
    const { open, events } = await freshTopics(kafka(), ['receipts'])
    const clock = new VirtualClock(Date.now())
    const [bus, hasty] = await Promise.all([open(realClock, sessionMs), open(clock)])
    const consumed = new Set<string>()
    const owned: string[] = []
    const consumer = await bus.consume('receipts', 'g', async (batch) => textsOf(batch).forEach((text) => consumed.add(text)), (partitions) => void owned.push(partitions.join(''))) // prettier-ignore
    await hasty.append('receipts', [record(0, 'before')])
    const acknowledged: string[] = []
    const stop = new AbortController()
    const appending = Array.from({ length: 8 }, async (_, partition) => {
      for (let i = 0; !stop.signal.aborted; i++, await wait(5)) {
        await bus.append('receipts', [record(partition, `${partition}:${i}`)])
        acknowledged.push(`${partition}:${i}`)
      }
    })
    await until(() => consumed.size > 100)
    await signal(0, 'SIGSTOP')
    const frozen = performance.now()
    try {
      const given = hasty.append('receipts', [record(0, 'given up')]).catch(String)
      await wait(50)
      await clock.advance(30_000)
      expect(await given).toMatch('not answered within 30 s')
      await until(() => owned.at(-1) === '')
      expect(performance.now() - frozen).toBeLessThan(3 * sessionMs)
      await wait(frozenMs - (performance.now() - frozen))
    } finally {
      await signal(0, 'SIGCONT')
    }
    await until(() => owned.at(-1) === '01234567')
    const before = acknowledged.length
    await until(() => acknowledged.length > before + 100)
    stop.abort()
    await Promise.all(appending)
    await until(() => acknowledged.every((text) => consumed.has(text)))
    await consumer.stop()
    const log = [...(await logOf(bus, 'receipts')).values()]
    // Given up is not unwritten: who repeats it does so under the same id.
    expect(log.toSorted()).toEqual([...acknowledged, 'before', 'given up'].toSorted())
    expect(events.filter(({ kind }) => kind === 'fatal' || kind === 'unanswered')).toEqual([])
  }, 120_000)

  it('makes the topics that are missing and says which, and refuses to go on without where it may not', async () => {
    const where = { brokers: kafka().brokers, prefix: `${Date.now()}.`, topics: [receipts], clock: realClock }
    const name = `${where.prefix}receipts`
    await expect(checkTopics(where)).rejects.toThrow(`Kafka has no topic ${name}`)
    expect(await createTopics(where)).toEqual({ made: [name], existed: [] })
    expect(await createTopics(where)).toEqual({ made: [], existed: [name] })
    await checkTopics(where)
  })

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
