import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { disruptions } from '#bus/topics'
import { erase, publish } from '#bus/typed'
import { allCohortShards, cohortSize } from '#domain/dispatch'
import { recipientBytes, recipientRider } from '#domain/recipient'
import { RiderSet } from '#matching/riderSet'
import { loadNow } from './load'
import { withParts } from './parts'
import { progress } from './progress'
import { median, quantile } from './quantile'
import { disruptionOf, operator, subscribeAll } from './queue/audience'
import { queueByBullmq } from './queue/bullmq'
import { type Matcher, startMatcher } from './queue/matcher'
import { settingsOn } from './queue/settings'
import { type Spent, spent } from './queue/spent'
import { type BenchRow, ratioOf } from './row'

const riders = 1_000_000
const jobs = 100_000
const warmUps = 2
const rounds = 7
const bullmqRounds = 3

interface Round extends Spent {
  readonly perRiderUs: number
  readonly cpuPerRiderUs: number
}

/** One alert to a million riders: from the disruption's record to cohorts, due times and dispatches on the disks of Redis and Kafka. */
export const bench = (): Promise<BenchRow[]> =>
  withParts('queue', { kafka: 1, redis: 1 }, async (parts) => {
    const home = mkdtempSync(join(tmpdir(), 'linienfunk-bench-'))
    const matcher = await startMatcher(settingsOn(parts, home, []))
    try {
      await subscribeAll(matcher.platform, riders)
      const ours: Round[] = []
      const theirs: Round[] = []
      for (let round = -warmUps; round < rounds; round++) {
        const one = perRider(await tell(matcher, `d${round + warmUps}`), riders)
        progress(
          `queue: round ${round} of ${rounds}: ${one.ms.toFixed(0)} ms, ${one.cpuPerRiderUs.toFixed(2)} µs of CPU a rider, load ${loadNow()}`,
        )
        if (round >= 0) ours.push(one)
        if (round >= 0 && theirs.length < bullmqRounds) theirs.push(perRider(await queueByBullmq(parts.redis.url, jobs), jobs))
      }
      return rowsOf(ours, theirs)
    } finally {
      await matcher.close()
      rmSync(home, { recursive: true, force: true })
    }
  })

const perRider = (all: Spent, count: number): Round => ({
  ...all,
  perRiderUs: (all.ms * 1000) / count,
  cpuPerRiderUs: (all.cpuMs * 1000) / count,
})

/** Until the disruption's record has been handled: then everything is durable. Proves it, and takes it away again. */
async function tell(matcher: Matcher, id: string): Promise<Spent> {
  const { bus, clock } = matcher.platform
  const d = disruptionOf(id, Math.floor(clock.now() / 1000))
  const before = matcher.dispatched()
  const handled = matcher.handled(disruptions.name)
  const one = await spent(async () => {
    await publish(bus, disruptions, [d])
    await handled
  })
  await prove(matcher, id, matcher.dispatched() - before)
  const gone = matcher.handled(disruptions.name)
  await erase(bus, disruptions, d)
  await gone
  return one
}

async function prove({ platform: { store, clock } }: Matcher, id: string, dispatched: number): Promise<void> {
  const cohorts = await store.cohorts.list(`${operator}/${id}/`)
  const told = new RiderSet()
  let seats = 0
  for (const cohort of cohorts) {
    const recipients = (await store.cohorts.recipients(cohort.id)) as Buffer
    for (let i = 0; i < recipients.length / recipientBytes; i++) told.add(recipientRider(recipients, i))
    seats += recipients.length / recipientBytes
  }
  let distinct = 0
  for (let n = 1; n <= riders; n++) distinct += told.has(n) ? 1 : 0
  const due = (await store.cohorts.due('TELEGRAM', allCohortShards, clock.now(), 1_000_000)).length
  const expected = {
    seats: riders,
    distinct: riders,
    cohorts: Math.ceil(riders / cohortSize),
    due: cohorts.length,
    dispatched: cohorts.length,
  }
  const found = { seats, distinct, cohorts: cohorts.length, due, dispatched }
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`queued: ${JSON.stringify(found)}, expected: ${JSON.stringify(expected)}`)
}

function rowsOf(ours: readonly Round[], theirs: readonly Round[]): BenchRow[] {
  const what = `${riders} riders in ${Math.ceil(riders / cohortSize)} cohorts`
  const row = (bench: string, unit: string, pick: (round: Round) => number, note: string): BenchRow => {
    const [p50, p99, baseline] = [median(ours.map(pick)), quantile(ours.map(pick), 0.99), median(theirs.map(pick))]
    return { bench, ours: p50, baseline, ratio: ratioOf('less', p50, baseline), unit, p50, p99, note }
  }
  const bullmq = `baseline: BullMQ addBulk of ${jobs} jobs, one a recipient, in the same Redis; medians of ${ours.length} and ${theirs.length}, load ${loadNow()}`
  return [
    row('queue', 'µs/rider', (r) => r.perRiderUs, `disruption’s record → cohorts, due times and dispatches durable, ${what} (so as many seconds in all); ${bullmq}`),
    row('queue-cpu', 'µs/rider', (r) => r.cpuPerRiderUs, `processor time of the matcher, all threads, ${what}; ${bullmq}`),
  ] // prettier-ignore
}
