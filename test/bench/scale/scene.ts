import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import type { Bus } from '#bus/bus'
import { groupName } from '#bus/kafka/client'
import { createTopics } from '#bus/kafka/createTopics'
import { kafkaBus } from '#bus/kafka/kafkaBus'
import { dispatches, disruptions, lines, riders } from '#bus/topics'
import { publish } from '#bus/typed'
import { type Keys, keysFrom, masterSecret } from '#service/keys'
import { realClock } from '#service/realClock'
import type { Store } from '#store/ports'
import { redisStore } from '#store/redis/redisStore'
import { loadNow } from '../load'
import type { Parts } from '../parts'
import { progress } from '../progress'
import { type RedisClient, cpuSeconds, openClient } from '../redisServer'
import type { FromSink, ToSink } from './sink'
import { type StageName, Stages } from './stages'
import { configuration, disruptionOf, lineCount, lineOf, operator, riderOf } from './town'

/** When the partitions have been shared out anew, a sender still waits until the one before has let go of its shards. */
const handOverMs = 10_000
/** What a messenger takes to answer; then the number of requests under way is the bound, not a processor. */
export const slowMs = 50

export interface Applied {
  readonly perSecond: number
  /** Processor microseconds a rider, of all matchers and of Redis. */
  readonly cpuUs: number
  readonly redisUs: number
}

export interface Sent {
  readonly perSecond: number
  /** Processor microseconds of all senders a message. */
  readonly cpuUs: number
  /** Messages that came twice. */
  readonly twice: number
}

/** The messenger, the stages and what they are given to do. */
export class Scene {
  private waves = 0
  private lastRider = 0

  private constructor(
    private readonly brokers: readonly string[],
    private readonly bus: Bus,
    private readonly store: Store,
    private readonly client: RedisClient,
    private readonly keys: Keys,
    private readonly sink: ChildProcess,
    private readonly stages: Stages,
    private readonly home: string,
    readonly count: number,
  ) {}

  static async open(parts: Parts, count: number): Promise<Scene> {
    const home = mkdtempSync(join(tmpdir(), 'linienfunk-bench-'))
    const sink = fork(join(__dirname, 'sink.js'))
    const { port } = await said<Extract<FromSink, { kind: 'listening' }>>(sink, 'listening')
    const config = join(home, 'linienfunk.yaml')
    writeFileSync(join(home, 'address.key'), randomBytes(32))
    writeFileSync(config, configuration(parts, `http://127.0.0.1:${port}`))
    await createTopics({ brokers: parts.kafka.brokers, clock: realClock })
    const bus = await kafkaBus({ brokers: parts.kafka.brokers, clock: realClock })
    const store = await redisStore({ servers: { url: parts.redis.url }, nowMs: realClock.now, clock: realClock })
    await publish(
      bus,
      lines,
      Array.from({ length: lineCount }, (_, line) => lineOf(line)),
    )
    return new Scene(
      parts.kafka.brokers,
      bus,
      store,
      await openClient(parts.redis.url),
      keysFrom(masterSecret(join(home, 'address.key'))),
      sink,
      new Stages(config, home),
      home,
      count,
    )
  }

  /** One more; resolves when it has its part of the work. */
  async add(name: StageName): Promise<void> {
    await this.stages.start(name)
    const topic = name === 'match' ? riders.name : dispatches('TELEGRAM').name
    await sharedOut(this.brokers, groupName('', topic, name), this.stages.count(name))
    await sleep(name === 'send' ? handOverMs : 0)
  }

  async send(what: string): Promise<{ readonly slow: Sent; readonly fast: Sent }> {
    const [slow, fast] = [await this.wave(slowMs), await this.wave(0)]
    progress(`scale: ${what}: ${slow.perSecond.toFixed(0)} and ${fast.perSecond.toFixed(0)} messages/s, load ${loadNow()}`)
    return { slow, fast }
  }

  async close(): Promise<void> {
    await this.stages.stop()
    this.sink.disconnect()
    await this.bus.close()
    await this.store.close()
    await this.client.close()
    rmSync(this.home, { recursive: true, force: true })
  }

  /** Records of new riders; only the first `count` riders ride a line that is disturbed. */
  async apply(what: string, count = this.count): Promise<Applied> {
    const before = await this.store.riders.size(operator)
    const some = Array.from({ length: count }, () => riderOf(++this.lastRider, this.lastRider <= this.count, this.keys))
    const [matchers, redis, began] = [this.stages.cpuSeconds('match'), await cpuSeconds(this.client), performance.now()]
    for (let i = 0; i < some.length; i += 2000) await publish(this.bus, riders, some.slice(i, i + 2000))
    while ((await this.store.riders.size(operator)) < before + count) await sleep(20)
    const perSecond = count / ((performance.now() - began) / 1000)
    const cpuUs = ((this.stages.cpuSeconds('match') - matchers) * 1e6) / count
    const redisUs = (((await cpuSeconds(this.client)) - redis) * 1e6) / count
    progress(
      `scale: ${what}: ${perSecond.toFixed(0)} riders/s applied, ${cpuUs.toFixed(0)} + ${redisUs.toFixed(0)} µs of CPU each, load ${loadNow()}`,
    )
    return { perSecond, cpuUs, redisUs }
  }

  /** From the first message to the last; every rider gets one. */
  private async wave(delayMs: number): Promise<Sent> {
    const arrived = said<Extract<FromSink, { kind: 'arrived' }>>(this.sink, 'arrived')
    this.sink.send({ kind: 'expect', count: this.count, delayMs } satisfies ToSink)
    const cpu = this.stages.cpuSeconds('send')
    const wave = `wave${this.waves++}`
    const now = Math.floor(realClock.now() / 1000)
    await publish(
      this.bus,
      disruptions,
      Array.from({ length: lineCount }, (_, line) => disruptionOf(line, wave, now)),
    )
    const { first, last, messages } = await arrived
    // What comes twice comes soon.
    await sleep(500)
    const cpuUs = ((this.stages.cpuSeconds('send') - cpu) * 1e6) / this.count
    return { perSecond: this.count / ((last - first) / 1000), cpuUs, twice: messages - this.count }
  }
}

/** Resolves when so many members of a group have agreed on who reads what. */
async function sharedOut(brokers: readonly string[], group: string, members: number): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  for (;;) {
    const [found] = (await admin.describeGroups([group])).groups
    if (found?.state === 'Stable' && found.members.length === members) break
    await sleep(200)
  }
  await admin.disconnect()
}

const patienceMs = 300_000

function said<T extends FromSink>(sink: ChildProcess, kind: T['kind']): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the messenger has not said "${kind}"`)), patienceMs)
    const take = (message: FromSink) => {
      if (message.kind !== kind) return
      clearTimeout(late)
      sink.off('message', take)
      resolve(message as T)
    }
    sink.on('message', take)
  })
}
