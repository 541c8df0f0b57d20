import { createTopics } from '#bus/kafka/createTopics'
import { kafkaBus } from '#bus/kafka/kafkaBus'
import type { Bus } from '#bus/bus'
import { riders as topic } from '#bus/topics'
import { publish } from '#bus/typed'
import { type Rider, type Subscription, type Window, lineScopeKey } from '#domain/rider'
import { tablesIn } from '#matching/tables'
import { realClock } from '#service/realClock'
import { realRandom, seededRandom } from '#service/randoms'
import { redisStore } from '#store/redis/redisStore'
import type { Store } from '#store/ports'
import { applyRider } from '#apps/match/applyRider'
import { rebuild } from '#apps/match/rebuild/rebuild'
import type { BenchOptions } from './options'
import { withParts } from './parts'
import { progress } from './progress'
import { type BenchRow, ratioOf } from './row'

const operator = 'lindenau'
const lines = 200
/** Riders who are applied one way and the other, for the ratio. */
const compared = 10_000

/**
 * Redis lost: how long until riders, look-ups and pages stand again, from the topic on a real Kafka. The baseline is the way of every day, as
 * each rider's record is applied while others use the store.
 */
export const bench = ({ full }: BenchOptions): Promise<BenchRow[]> =>
  withParts('rebuild', { kafka: 1, redis: 1 }, async ({ kafka, redis }) => {
    const count = Number(process.env.RIDERS ?? (full ? 1_000_000 : 50_000))
    await createTopics({ brokers: kafka.brokers, clock: realClock })
    const bus = await kafkaBus({ brokers: kafka.brokers, clock: realClock })
    const open = (prefix: string) => redisStore({ servers: { url: redis.url }, nowMs: realClock.now, clock: realClock, prefix })
    const [store, other] = [await open('rebuilt:'), await open('daily:')]
    try {
      const some = await fill(bus, count)
      progress(`rebuild: ${count} riders stand in Kafka; filling Redis`)
      const done = await rebuild({ bus, store, clock: realClock, random: realRandom, tables: tablesIn(store.state), bad: progress })
      if (!done || (await store.riders.size(operator)) !== count) throw new Error('not every rider came back')
      const [ours, daily] = [count / (done.took / 1000), await dailyRate(other, some)]
      const note = `${count} riders of 2 lines each (zipf over ${lines}), ${(done.took / 1000).toFixed(1)} s in all; baseline: as applied every day, 64 at once`
      return [
        { bench: 'rebuild', ours, baseline: daily, ratio: ratioOf('more', ours, daily), unit: 'riders/s', p50: ours, p99: ours, note },
      ]
    } finally {
      await Promise.all([store.close(), other.close(), bus.close()])
    }
  })

/** Appends them to the topic; the first ones are given back. */
async function fill(bus: Bus, count: number): Promise<Rider[]> {
  const make = riderMaker()
  const some: Rider[] = []
  const portion = 2000
  for (let from = 0; from < count; from += portion) {
    const riders = Array.from({ length: Math.min(portion, count - from) }, (_, i) => make(from + i + 1))
    await publish(bus, topic, riders)
    if (some.length < compared) some.push(...riders)
    if (from % 100_000 === 0) progress(`rebuild: ${from} of ${count} riders published`)
  }
  return some.slice(0, compared)
}

async function dailyRate(store: Store, riders: readonly Rider[]): Promise<number> {
  const tables = tablesIn(store.state)
  const began = performance.now()
  for (let i = 0; i < riders.length; i += 64) {
    await Promise.all(riders.slice(i, i + 64).map((rider) => applyRider(store, tables, rider, 1n)))
  }
  return riders.length / ((performance.now() - began) / 1000)
}

function riderMaker(): (number: number) => Rider {
  const random = seededRandom('rebuild')
  const weights = Array.from({ length: lines }, (_, i) => 1 / (i + 1))
  const total = weights.reduce((a, b) => a + b)
  const line = (): number => {
    let left = random.next() * total
    return weights.findIndex((w) => (left -= w) < 0)
  }
  const two = (): number[] => {
    const first = line()
    const second = line()
    return first === second ? [first, (first + 1) % lines] : [first, second]
  }
  return (number) => ({
    operator,
    id: `r${number.toString(16).padStart(24, '0')}`,
    number,
    language: number % 5 ? 'de' : 'en',
    addresses: [{ channel: 'TELEGRAM', sealed: random.bytes(38), hash: random.bytes(32), confirmed: true, stopped: false }],
    subscriptions: two().map((at) => subscription(at, random.next() < 0.6 ? [windowOf(Math.floor(random.next() * 60))] : [])),
    consents: [{ at: 1_760_000_000, source: 'chat:telegram', given: true }],
    pausedUntil: 0,
    createdAt: 1_760_000_000,
  })
}

const windowOf = (quarter: number): Window => ({ days: 31, from: 300 + quarter * 15, until: 420 + quarter * 15 })

const subscription = (line: number, windows: readonly Window[]): Subscription => ({
  scope: lineScopeKey(`line-${line}`),
  direction: 2,
  fromStop: '',
  toStop: '',
  windows,
  minSeverity: 'INFO',
  minDelay: 0,
  channel: 'TELEGRAM',
  fromHour: 0,
  untilHour: 0,
})
