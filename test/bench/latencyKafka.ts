import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTopics } from '#bus/kafka/createTopics'
import { kafkaBus } from '#bus/kafka/kafkaBus'
import { realClock } from '#service/realClock'
import { nowMs } from './latency/clock'
import { type KafkaTimes, kafkaRowsOf } from './latency/kafkaRows'
import { message } from './latency/message'
import type { FromPeer, ToPeer } from './latency/peer'
import { measuredLines, ridersOfLine } from './latency/plan'
import { type System, startSystem } from './latency/system'
import { Watch } from './latency/watch'
import { loadNow } from './load'
import type { BenchOptions } from './options'
import { type Parts, withParts } from './parts'
import { progress } from './progress'
import type { BenchRow } from './row'

const warmUps = 10
const rounds = 100
/** Seconds of feed time between two snapshots; the feed's time runs behind the clock, never before it. */
const feedStep = 4
const feedLag = 2400
const snapshotsToClose = 3

/** As `latency`, with a real Kafka between the stages and a real Redis below them; the stages share this process, the outside world does not. */
export const bench = ({ full }: BenchOptions): Promise<BenchRow[]> =>
  withParts('latency-kafka', { kafka: 1, redis: 1 }, async (parts) => {
    const folder = mkdtempSync(join(tmpdir(), 'linienfunk-bench-'))
    const bare = await bareTrips(parts, 100)
    const scene = await Scene.open(folder, parts, full ? 100_000 : 10_000)
    try {
      return kafkaRowsOf(await scene.play(), bare)
    } finally {
      await scene.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })

/** Milliseconds from append to the handler of a member of a group, by the same adapter, ten a second. */
async function bareTrips({ kafka: { brokers } }: Parts, count: number): Promise<number[]> {
  const prefix = 'bare.'
  await createTopics({ brokers, prefix, clock: realClock })
  const bus = await kafkaBus({ brokers, prefix, clock: realClock })
  const trips: number[] = []
  let begun = 0
  await bus.consume('receipts', 'bench', async () => void trips.push(nowMs() - begun))
  for (let n = 0; n < count + warmUps; n++) {
    begun = nowMs()
    await bus.append('receipts', [{ partitionBy: 'one', value: randomBytes(300) }])
    while (trips.length <= n) await sleep(1)
    await sleep(50)
  }
  await bus.close()
  return trips.slice(warmUps)
}

class Scene {
  private n = 0

  private constructor(
    private readonly peer: ChildProcess,
    private readonly system: System,
    private readonly watch: Watch,
    private readonly base: number,
  ) {}

  static async open(folder: string, { kafka, redis }: Parts, riders: number): Promise<Scene> {
    const base = Math.floor(Date.now() / 1000) - feedLag
    const peer = fork(join(__dirname, 'latency/peer.js'), [`${base}`])
    const { port } = await message<Extract<FromPeer, { kind: 'listening' }>>(peer, 'listening')
    progress(`latency-kafka: subscribing ${riders} riders`)
    const watch = new Watch()
    const began = nowMs()
    const where = { kafka: { brokers: kafka.brokers, prefix: '' }, redis: { url: redis.url }, riders }
    const system = await startSystem(folder, port, watch, where)
    progress(`latency-kafka: subscribed in ${Math.round((nowMs() - began) / 1000)} s`)
    return new Scene(peer, system, watch, base)
  }

  async play(): Promise<KafkaTimes[]> {
    for (let i = 0; i < 3; i++) await this.shown(undefined)
    const measured: KafkaTimes[] = []
    for (let round = -warmUps; round < rounds; round++) {
      const one = await this.round((round + warmUps) % measuredLines)
      if (round >= 0) measured.push(one)
      if (round % 20 === 0)
        progress(`latency-kafka: round ${round} of ${rounds}, first request after ${one.first?.toFixed(0)} ms, load ${loadNow()}`)
    }
    return measured
  }

  async close(): Promise<void> {
    await this.system.close()
    this.peer.disconnect()
    if (this.peer.exitCode === null) await once(this.peer, 'exit')
  }

  /** The line becomes late, is late still (measured), and recovers: everyone is told and gets the all-clear. */
  private async round(line: number): Promise<KafkaTimes> {
    await this.shown(line)
    const times = await this.confirmed(line)
    const cleared = this.arrived()
    for (let i = 0; i < snapshotsToClose; i++) await this.shown(undefined)
    await cleared
    await this.watch.quiet()
    return times
  }

  private async confirmed(line: number): Promise<KafkaTimes> {
    const all = this.arrived()
    this.watch.begin()
    await this.give(line)
    const { first, last } = await all
    await this.watch.quiet()
    const body = this.watch.at('body')
    const after = (mark: string) => this.watch.at(mark) - body
    return {
      observations: after('observations durable'),
      detects: after('observations handled'),
      disruption: after('disruptions durable'),
      matches: after('disruptions handled'),
      dispatch: after('dispatch.telegram durable'),
      sends: after('dispatch.telegram handled'),
      first: first - body,
      last: last - body,
    }
  }

  /** Resolves when the snapshot has been taken wholly. */
  private async shown(late: number | undefined): Promise<void> {
    const taken = this.watch.next('observations durable')
    await this.give(late)
    await taken
    await this.watch.next('observations handled', false)
    await this.watch.quiet()
  }

  private async give(late: number | undefined): Promise<void> {
    const answered = message(this.peer, 'answered', 'ours')
    this.tell({ kind: 'snapshot', side: 'ours', n: this.n, feedTime: this.base + this.n * feedStep, late })
    this.n++
    await answered
  }

  private arrived(): Promise<Extract<FromPeer, { kind: 'arrived' }>> {
    const arrived = message<Extract<FromPeer, { kind: 'arrived' }>>(this.peer, 'arrived', 'ours')
    this.tell({ kind: 'expect', side: 'ours', count: ridersOfLine })
    return arrived
  }

  private tell(what: ToPeer): void {
    this.peer.send(what)
  }
}
