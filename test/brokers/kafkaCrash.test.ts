import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Quarantined, quarantine } from '#bus/topics'
import { followTopic } from '#bus/typed'
import { until } from '../libs/bus/until'
import { describeKafka, freshTopics, withKafka } from './kafkaParts'

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
    // Two at a time: the partition of the first goes to the second while that one lives.
    const lives: string[][] = []
    const live = async () => {
      do lives.push(await lifeOf(prefix))
      while (!lives.at(-1)?.includes('idle') && lives.length < 8)
    }
    await Promise.all([live(), live()])
    // The first time, nobody need have been looking: it was in no first batch.
    const deaths = lives.filter((life) => !life.includes('idle')).length
    expect([3, 4]).toContain(deaths)
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

  it('suspects no record whose handler only rejects, nor one that is still being handled when its partition moves', async () => {
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
    const [bus, other] = await Promise.all([open(undefined, 1500), open(undefined, 1500)])
    const handled: string[] = []
    const slow = async () => {
      await wait(4000)
      handled.push('a')
    }
    await bus.consume('receipts', 'g', slow)
    // Each of these joins takes the partition away, or gives it back, while the handler still runs.
    for (let cycle = 0; cycle < 4; cycle++) {
      const member = await other.consume('receipts', 'g', slow)
      await wait(300)
      void member.stop()
      await wait(300)
    }
    await until(() => handled.length > 0)
    expect(events.filter(({ kind }) => kind === 'poison')).toEqual([])
    expect((await bus.committed('quarantine', 'g')).size).toBe(0)
  }, 60_000)
})
