import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bus } from '#bus/bus'
import { embeddedBus } from '#bus/embedded'
import { quarantine } from '#bus/topics'
import { followTopic } from '#bus/typed'
import { seededRandom } from '#service/randoms'
import { realClock } from '#service/realClock'
import { until } from './until'

const child = (name: string, ...args: string[]): ChildProcess =>
  spawn(process.execPath, [join(__dirname, name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })

async function linesOf(process: ChildProcess): Promise<string[]> {
  let out = ''
  process.stdout?.on('data', (data) => (out += data))
  await once(process, 'close')
  return out.split('\n').slice(0, -1)
}

async function stored(bus: Bus, topic: string): Promise<string[]> {
  const texts: string[] = []
  const follower = await bus.follow(
    topic,
    ({ records }) =>
      void texts.push(
        ...records.map((r) =>
          Buffer.from(r.value ?? [])
            .toString()
            .trim(),
        ),
      ),
  )
  await follower.caughtUp()
  await follower.stop()
  return texts
}

/** Numbers by round and writer, in the order of the log. */
function byWriter(texts: readonly string[]): Map<string, number[]> {
  const numbers = new Map<string, number[]>()
  for (const text of texts) {
    const [round, writer, number] = text.split(' ')
    const name = `${round} ${writer}`
    numbers.set(name, [...(numbers.get(name) ?? []), Number(number)])
  }
  return numbers
}

const withoutHoles = (numbers: readonly number[]) => expect(numbers).toEqual(numbers.map((_, i) => i))

describe('the embedded bus, when its process is killed', () => {
  const random = seededRandom(1)
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'crash-'))
    file = join(folder, 'bus.db')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  async function killedWhileAppending(round: number): Promise<Map<string, number>> {
    const process = child('appending.child.cjs', file, String(round))
    await once(process.stdout as NonNullable<ChildProcess['stdout']>, 'readable')
    setTimeout(() => process.kill('SIGKILL'), 30 + random.next() * 150)
    const acknowledged = (await linesOf(process)).map((line) => line.split(' '))
    return new Map(acknowledged.map(([writer, number]) => [`${round} ${writer}`, Number(number)]))
  }

  it('has lost nothing that was acknowledged, and nothing from the middle', async () => {
    const last = new Map<string, number>()
    for (let round = 0; round < 5; round++) for (const [writer, number] of await killedWhileAppending(round)) last.set(writer, number)
    const bus = embeddedBus(file, realClock)
    const found = byWriter(await stored(bus, 'receipts'))
    await bus.close()
    expect(last.size).toBeGreaterThan(100)
    for (const [writer, number] of last) {
      const numbers = found.get(writer) ?? []
      withoutHoles(numbers)
      expect(numbers.length).toBeGreaterThan(number)
    }
  })

  it('recovers from a torn or scribbled end of the WAL with everything before it', async () => {
    await killedWhileAppending(0)
    const wal = `${file}-wal`
    const size = statSync(wal).size
    for (let n = 0; n < 8; n++) {
      const copy = join(folder, `copy${n}.db`)
      copyFileSync(file, copy)
      copyFileSync(wal, `${copy}-wal`)
      const at = size - 1 - Math.floor(random.next() * Math.min(size / 2, 100_000))
      if (n % 2) truncateSync(`${copy}-wal`, at)
      else writeFileSync(`${copy}-wal`, readFileSync(wal).fill(0xa5, at))
      const bus = embeddedBus(copy, realClock)
      for (const numbers of byWriter(await stored(bus, 'receipts')).values()) withoutHoles(numbers)
      await bus.append('receipts', [{ partitionBy: 'after', value: Buffer.from('works on') }])
      await bus.close()
    }
  })

  it('quarantines a record that has killed it three times, and handles all its neighbours', async () => {
    const bus = embeddedBus(file, realClock)
    const others = Array.from({ length: 30 }, (_, i) => `other${i}`)
    await bus.append(
      'receipts',
      ['a', 'b', 'poison', 'c', 'd'].map((t) => ({ partitionBy: 'here', value: Buffer.from(t) })),
    )
    await bus.append(
      'receipts',
      others.map((t) => ({ partitionBy: t, value: Buffer.from(t) })),
    )
    await bus.close()
    const runs: string[][] = []
    do runs.push(await linesOf(child('handling.child.cjs', file)))
    while (!runs.at(-1)?.includes('idle') && runs.length < 8)
    expect(runs).toHaveLength(4)
    expect(runs.at(-1)).toContain('poison 3')
    expect(new Set(runs.flat())).toEqual(new Set(['a', 'b', 'c', 'd', ...others, 'poison 3', 'idle']))
    const after = embeddedBus(file, realClock)
    const found: unknown[] = []
    const follower = await followTopic(
      after,
      quarantine,
      (records) => void found.push(...records.map((r) => r.value)),
      (reason) => found.push(reason),
    )
    await follower.caughtUp()
    await after.close()
    expect(found).toEqual([
      expect.objectContaining({ topic: 'receipts', group: 'g', reason: 'ended the process 3 times', value: Buffer.from('poison') }),
    ])
  })

  it('suspects no record whose handler only rejects, however often it is started', async () => {
    const first = embeddedBus(file, realClock)
    await first.append('receipts', [{ partitionBy: 'here', value: Buffer.from('a') }])
    await first.close()
    for (let start = 0; start < 5; start++) {
      let tried = false
      const bus = embeddedBus(file, realClock)
      await bus.consume('receipts', 'g', async () => {
        tried = true
        throw new Error('the store is down')
      })
      await until(() => tried)
      await bus.close()
    }
    const bus = embeddedBus(file, realClock)
    const handled: number[] = []
    await bus.consume('receipts', 'g', async (batch) => void handled.push(batch.records.length))
    await until(() => handled.length > 0)
    expect(await stored(bus, 'quarantine')).toEqual([])
    await bus.close()
  })
})
