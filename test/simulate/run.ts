import { dispatches, disruptions, observations, riders } from '#bus/topics'
import type { Network } from '#gtfs/network'
import { memoryStore } from '#store/memory'
import { type Verdict, check } from '../laws/check'
import { Broker } from './broker'
import { Chance } from './chance'
import { historyOf, slotsOf } from './collect'
import { FeedHost } from './feedHost'
import { Messengers } from './messengers'
import { Notes } from './notes'
import { People } from './people'
import { type Plan, healthy, planOf } from './plan'
import { type Plant, Processes } from './processes'
import { RiderTimes } from './riderTimes'
import { concurrency } from './stages'
import { Timeline } from './timeline'
import { storiesOf } from './told'
import { type TruthViolation, truthLaws } from './truthLaws'
import { noon, operatorIds } from './town'
import { episodesOf, schedule } from './truth'
import { Universe } from './universe'

export interface RunOptions {
  readonly seed: number
  readonly networks: ReadonlyMap<string, Network>
  readonly trace?: boolean
  readonly plant?: Plant
  /** Instead of what the seed would decide. */
  readonly plan?: (plan: Plan) => Plan
}

export interface RunResult {
  readonly seed: number
  /** The same seed gives the same one. */
  readonly hash: string
  readonly verdict: Verdict
  readonly truth: readonly TruthViolation[]
  readonly reached: Readonly<Record<string, number>>
  readonly intents: number
  readonly arrivals: number
  readonly bound: number
  readonly crashes: number
  readonly steps: number
  readonly trace: readonly string[]
}

const startMs = (noon - 20) * 1000
const leaseSeconds = 8
/** Half an hour of retries, and a while. */
const longestQuietMs = 75 * 60_000

/** One simulation, from the first process to the last message. */
export async function run(options: RunOptions): Promise<RunResult> {
  const chance = new Chance(`linienfunk ${options.seed}`)
  const timeline = new Timeline(startMs)
  const notes = new Notes(timeline.now, startMs, options.trace ?? false)
  const drawn = planOf(chance.of('plan'), schedule.healed - schedule.faultsFrom)
  const plan = options.plan?.(drawn) ?? drawn
  const universe = new Universe(timeline, chance.of('faults'), notes, healthy(plan), schedule.faultsFrom * 1000)
  const episodes = episodesOf(chance.of('truth'))
  const broker = new Broker(universe)
  const store = memoryStore(timeline.now)
  const times = new RiderTimes(timeline.now)
  const messengers = new Messengers(universe)
  const feeds = new FeedHost(universe, episodes)
  const processes = new Processes({
    universe,
    broker,
    store,
    feeds,
    messengers,
    networks: options.networks,
    onStore: times.note,
    plant: options.plant,
  })
  const openOf = (operator: string) =>
    storiesOf(broker).filter((s) => s.operator === operator && s.last?.rule === 'DELAY' && s.last.state === 'OPEN' && s.last.publication === 'TOLD').map((s) => s.id) // prettier-ignore
  const people = new People(universe, processes, openOf, (address) => messengers.gone.set(address, timeline.now()))

  for (const process of processNames(plan)) processes.start(process)
  people.begin()
  garbage(universe, broker, plan.garbage)
  await timeline.runUntil(schedule.faultsFrom * 1000)
  universe.plan = plan
  await timeline.runUntil(schedule.healed * 1000)
  universe.plan = healthy(plan)
  await timeline.runUntil(schedule.calm * 1000 + 120_000)
  await untilQuiet()

  const slots = await slotsOf(store, times)
  const stories = storiesOf(broker)
  const history = historyOf(stories, slots, times, messengers.arrivals)
  const cut = messengers.arrivals.filter((a) => a.outcome === 'cut').length
  const sendEnds = universe.ends.filter((e) => e.process.startsWith('send')).length
  // A sender that cannot renew its leases lets go of what it has not marked, as if it had died.
  const storeOutages = plan.outages.filter((o) => o.what === 'store' && o.to - o.from > leaseSeconds).length * plan.senders
  // Two engines (channels), each with twice its concurrency claimed and not yet marked.
  const bound = 2 * 2 * concurrency * (sendEnds + storeOutages) + cut
  const verdict = check(history, { bound, graceMs: graceOf(universe) })
  const { notices, dismissed } = people
  const truth = truthLaws({ stories, episodes, notices, dismissed, times, slots, arrivals: messengers.arrivals })
  for (const s of slots) notes.sometimes(`slot ${s.state}${s.reason === 'NONE' ? '' : ` ${s.reason}`}`)
  if (verdict.duplicates > 0) notes.sometimes('a copy')
  notes.step(JSON.stringify(slots))
  return {
    seed: options.seed,
    hash: notes.hash(),
    verdict,
    truth,
    reached: Object.fromEntries(notes.reached),
    intents: history.intents.length,
    arrivals: messengers.arrivals.length,
    bound,
    crashes: universe.ends.filter((e) => e.kind === 'crash').length,
    steps: timeline.fired,
    trace: notes.trace,
  }

  async function untilQuiet(): Promise<void> {
    const until = timeline.now() + longestQuietMs
    while (timeline.now() < until) {
      await timeline.runUntil(timeline.now() + 60_000)
      const open = (await slotsOf(store, times)).some((s) => ['PENDING', 'CLAIMED', 'PARKED'].includes(s.state))
      const going = storiesOf(broker).some((s) => s.last && s.last.state !== 'CLOSED' && s.last.rule !== 'CANCELLED')
      if (!open && people.pending.size === 0 && (!going || timeline.now() > until - longestQuietMs + 10 * 60_000)) return
    }
  }
}

const processNames = (plan: Plan): string[] => [
  'gateway-1', 'ingest-1', 'match-1', 'match-2',
  ...numbered('detect', plan.detectors), ...numbered('send', plan.senders),
] // prettier-ignore
const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}-${i + 1}`)

/** Who was frozen between its look at the clock and its request may be late by as much. */
function graceOf({ ends }: Universe): number {
  return ends.some((e) => e.kind === 'freeze' && e.process.startsWith('send')) ? 62_000 : 1000
}

/** Somebody writes bytes that are no records. */
function garbage(universe: Universe, broker: Broker, count: number): void {
  const { chance, timeline } = universe
  for (let i = 0; i < count; i++) {
    const topic = chance.pick([observations, riders, dispatches('TELEGRAM'), disruptions]).name
    const at = chance.between(schedule.faultsFrom, schedule.healed) * 1000
    timeline.timer(at - timeline.now(), () => {
      const partitionBy = chance.pick(operatorIds)
      void broker.append(topic, [{ partitionBy, key: `${partitionBy}/garbage-${i}`, value: Buffer.from('ffffffff07', 'hex') }])
    })
  }
}
