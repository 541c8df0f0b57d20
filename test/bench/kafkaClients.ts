import { randomBytes } from 'node:crypto'
import type { Bus } from '#bus/bus'
import { createTopics } from '#bus/kafka/createTopics'
import { kafkaBus } from '#bus/kafka/kafkaBus'
import { platformaticBus } from '#bus/platformatic/platformaticBus'
import { receipts } from '#bus/topics'
import { realClock } from '#service/realClock'
import { withParts } from './parts'
import { progress } from './progress'
import { median, quantile } from './quantile'
import { type BenchRow, ratioOf } from './row'

const rounds = 5
const roundMs = 1500
const consumed = 300_000
/** All others, and packed to about half. */
const values = Array.from({ length: 997 }, () => Buffer.from(randomBytes(150).toString('hex')))
const valueOf = (n: number): Buffer => values[n % values.length] as Buffer

/** The two adapters of the bus on the same broker, in turn: appends a second and CPU a record at 1 and 64 writers, and the same for consuming. */
export const bench = (): Promise<BenchRow[]> =>
  withParts('kafka-clients', { kafka: 1 }, async ({ kafka }) => {
    const prefix = `${randomBytes(5).toString('hex')}.`
    const options = { brokers: kafka.brokers, prefix, clock: realClock }
    await createTopics({ ...options, topics: [receipts] as never })
    const buses = [await platformaticBus(options), await kafkaBus(options)]
    const rows: BenchRow[] = []
    for (const writers of [1, 64]) {
      progress(`kafka-clients: ${writers} writers`)
      rows.push(...rowsOf(`append-${writers}`, 'appends/s', await inTurn(buses, (bus) => append(bus, writers))))
    }
    progress('kafka-clients: consuming')
    await fill(buses[0] as Bus)
    rows.push(...rowsOf('consume', 'records/s', await inTurn(buses, consume)))
    await Promise.all(buses.map((bus) => bus.close()))
    return rows
  })

interface Round {
  readonly perSecond: number
  readonly cpuUs: number
  readonly latencies: readonly number[]
}

/** The rounds alternate, so that a slow minute of the machine meets both; the first one only warms up. */
async function inTurn(buses: readonly Bus[], measure: (bus: Bus) => Promise<Round>): Promise<Round[][]> {
  const results: Round[][] = buses.map(() => [])
  for (let round = 0; round <= rounds; round++) for (const [i, bus] of buses.entries()) results[i]?.push(await measure(bus))
  return results.map((all) => all.slice(1))
}

async function append(bus: Bus, writers: number): Promise<Round> {
  const latencies: number[] = []
  const done = watch()
  const start = performance.now()
  const write = async (writer: number) => {
    for (let now = performance.now(); now < start + roundMs;) {
      await bus.append(receipts.name, [{ partitionBy: `writer${writer}`, value: valueOf(latencies.length) }])
      latencies.push(performance.now() - now)
      now = performance.now()
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  return done(latencies.length, latencies)
}

const fill = async (bus: Bus): Promise<void> => {
  for (let i = 0; i < consumed; i += 5000)
    await bus.append(receipts.name, Array.from({ length: 5000 }, (_, j) => ({ partitionBy: `${i + j}`, value: valueOf(i + j) }))) // prettier-ignore
}

/** From joining a new group on. */
async function consume(bus: Bus): Promise<Round> {
  let seen = 0
  const all = Promise.withResolvers<void>()
  const done = watch()
  const consumer = await bus.consume(receipts.name, randomBytes(5).toString('hex'), async ({ records }) => {
    seen += records.length
    if (seen >= consumed) all.resolve()
  })
  await all.promise
  const round = done(seen, [0])
  await consumer.stop()
  return round
}

function watch(): (count: number, latencies: readonly number[]) => Round {
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  return (count, latencies) => {
    const { user, system } = process.cpuUsage(cpu)
    return { perSecond: (count / (performance.now() - start)) * 1000, cpuUs: (user + system) / count, latencies }
  }
}

function rowsOf(name: string, unit: string, [ours = [], theirs = []]: Round[][]): BenchRow[] {
  const latencies = ours.flatMap((round) => round.latencies)
  const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)]
  const note = `300 B, one broker, ${rounds} rounds in turn; @platformatic/kafka, baseline: kafkajs; p50 and p99 in ms of an append`
  const row = (what: string, better: 'less' | 'more', unit: string, of: (round: Round) => number) => {
    const [our, baseline] = [median(ours.map(of)), median(theirs.map(of))]
    return { bench: `kafka-${what}`, ours: our, baseline, ratio: ratioOf(better, our, baseline), unit, p50, p99, note }
  }
  return [row(name, 'more', unit, (r) => r.perSecond), row(`${name}-cpu`, 'less', 'µs/record', (r) => r.cpuUs)]
}
