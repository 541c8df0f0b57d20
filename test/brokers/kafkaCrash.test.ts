import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import type { Bus } from '#bus/bus'
import { type Quarantined, quarantine } from '#bus/topics'
import { followTopic } from '#bus/typed'
import { realClock } from '#service/realClock'
import { until } from '../libs/bus/until'
import { describeKafka, freshTopics, withKafka } from './kafkaParts'
import { keys, record } from './kafkaRecords'

describeKafka('Kafka, when a record kills whoever handles it', () => {
  const kafka = withKafka(1)

  /** What it handled until it died or found nothing more. */
  async function lifeOf(prefix: string): Promise<string[]> {
    const child = spawn(process.execPath, [join(__dirname, 'handling.child.cjs'), kafka().brokers.join(), prefix], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.on('data', (data) => (out += data))
    await once(child, 'close')
    return out.split('\n').slice(0, -1)
  }

  const records = (texts: readonly string[], partitionBy?: string) =>
    texts.map((text) => ({ partitionBy: partitionBy ?? text, value: Buffer.from(text) }))

  it('quarantines it when it has killed three, whichever member got it, and handles all its neighbours', async () => {
    const { open, prefix } = await freshTopics(kafka(), ['receipts', 'quarantine'])
    const bus = await open()
    const others = Array.from({ length: 30 }, (_, i) => `other${i}`)
    // More than a batch, and the first one is handled before its position is written by the clock.
    const before = Array.from({ length: 600 }, (_, i) => `before${i}`)
    await bus.append('receipts', records([...before, 'poison', 'c', 'd'], 'here'))
    await bus.append('receipts', records(others))
    const lives: string[][] = []
    do lives.push(await lifeOf(prefix))
    while (!lives.at(-1)?.includes('idle') && lives.length < 8)
    // The first time, nobody need have been looking: it was in no first batch.
    const deaths = lives.filter((life) => !life.includes('idle')).length
    expect([3, 4]).toContain(deaths)
    expect(lives.flat().filter((text) => text === 'before0')).toHaveLength(1)
    expect(new Set(lives.flat())).toEqual(new Set([...before, 'c', 'd', ...others, 'poison 3', 'idle']))
    const found: (Quarantined | undefined)[] = []
    const follower = await followTopic(
      bus,
      quarantine,
      (received) => void found.push(...received.map((r) => r.value)),
      (reason) => expect(reason).toBe(''),
    )
    await follower.caughtUp()
    expect(found).toEqual([
      expect.objectContaining({ topic: 'receipts', group: 'g', reason: 'ended the process 3 times', value: Buffer.from('poison') }),
    ])
  }, 60_000)

  it('suspects no record whose handler only rejects, however often it is started', async () => {
    const { open, events } = await freshTopics(kafka(), ['receipts', 'quarantine'])
    await (await open()).append('receipts', records(['a'], 'here'))
    for (let start = 0; start < 4; start++) {
      let tried = false
      const bus = await open()
      await bus.consume('receipts', 'g', async () => {
        tried = true
        throw new Error('the store is down')
      })
      await until(() => tried)
      await bus.close()
    }
    let handled = false
    await (await open()).consume('receipts', 'g', async () => void (handled = true))
    await until(() => handled)
    expect(events.filter(({ kind }) => kind === 'poison')).toEqual([])
  }, 60_000)

  it('does not blame what a living member is still handling when its partition moves', async () => {
    const { open, prefix } = await freshTopics(kafka(), ['receipts'])
    const [bus, other] = await Promise.all([open(realClock, 1500), open(realClock, 1500)])
    const gate = Promise.withResolvers<void>()
    const started = [0, 0]
    const join = (member: number, on: Bus) =>
      on.consume('receipts', 'g', async () => {
        started[member] = (started[member] ?? 0) + 1
        await gate.promise
      })
    await bus.append(
      'receipts',
      keys.map((_, partition) => record(partition, 'slow')),
    )
    const admin = new Kafka({ brokers: [...kafka().brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const notes = async () => {
      const [found] = await admin.fetchOffsets({ groupId: `${prefix}g.receipts`, topics: [`${prefix}receipts`] })
      return (found?.partitions ?? []).map(({ metadata }) => metadata ?? '')
    }
    try {
      await join(0, bus)
      await until(() => started[0] === 8)
      expect((await notes()).every((note) => note.startsWith('tried 1 '))).toBe(true)
      await join(1, other)
      await until(() => started[1] === 4)
      expect((await notes()).filter((note) => note.startsWith('tried 2'))).toEqual([])
    } finally {
      gate.resolve()
      await admin.disconnect()
    }
  }, 60_000)
})
