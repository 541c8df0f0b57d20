import type { Bus } from '#bus/bus'
import { disruptions } from '#bus/topics'
import type { Disruption } from '#domain/disruption'
import type { Plan } from './plan'
import type { Plant } from './processes'

/** A bug of the product that the simulation has to see, and the faults under which it shows. */
export interface PlantedBug {
  readonly plant: Plant
  readonly plan?: (plan: Plan) => Plan
  /** Laws of which at least one has to be broken; none: the faults alone break nothing. */
  readonly laws: readonly string[]
}

const quiet = (plan: Plan): Plan => ({ ...plan, crash: 0, freeze: 0, rebalance: 0, garbage: 0, messenger: 0, outages: [] })

/** Shares of the work go to and fro between senders while requests take seconds. */
const handovers = (plan: Plan): Plan => ({ ...quiet(plan), senders: 2, rebalance: 0.5, slowMs: 1500 })

export const plantedBugs: Readonly<Record<string, PlantedBug>> = {
  'commit before the work is done': {
    plant: { bus: (bus) => over(bus, { consume: (topic, group, handle, owns) => bus.consume(topic, group, async (batch) => void handle(batch).catch(() => {}), owns) }) }, // prettier-ignore
    plan: (plan) => ({ ...plan, store: { refused: 0.15, lostReply: 0, torn: 0 } }),
    laws: ['L1', 'L2', 'L7', 'T3', 'T2'],
  },
  'no ledger': {
    plant: {
      store: (store, stage) => (stage === 'send' ? { ...store, cohorts: over(store.cohorts, { writeChunks: async () => [] }) } : store),
    },
    plan: quiet,
    laws: ['L1', 'L3'],
  },
  'no look at the declared end': {
    plant: { bus: (bus, stage) => (stage === 'send' ? withoutEnds(bus) : bus) },
    plan: (plan) => ({ ...quiet(plan), outages: [{ what: 'messenger down', from: 0, to: 480 }] }),
    laws: ['L5'],
  },
  'no fence': {
    plant: {
      store: (store, stage) =>
        stage === 'send'
          ? {
              ...store,
              cohorts: over(store.cohorts, {
                own: async () => true,
                writeChunks: (writes) => store.cohorts.writeChunks(writes.map((w) => ({ ...w, epoch: Number.MAX_SAFE_INTEGER }))),
              }),
              state: over(store.state, { lease: async () => ({ epoch: 1 }) }),
            }
          : store,
    },
    plan: handovers,
    laws: ['L1', 'L2', 'L3', 'L4'],
  },
  nothing: { plant: {}, plan: handovers, laws: [] },
}

/** A port with some of its methods replaced: those of a proxy are not its own. */
const over = <T extends object>(port: T, methods: Partial<T>): T =>
  new Proxy(port, {
    get: (target, name) => {
      const value: unknown = name in methods ? Reflect.get(methods, name) : Reflect.get(target, name)
      return typeof value === 'function' && !(name in methods) ? (value as (...args: unknown[]) => unknown).bind(target) : value
    },
  })

/** The sender's copy of the disruptions knows no ends, and none that ended silently. */
const withoutEnds = (bus: Bus): Bus =>
  over(bus, {
    follow: (topic, apply) =>
      topic !== disruptions.name
        ? bus.follow(topic, apply)
        : bus.follow(topic, (batch) =>
            apply({ ...batch, records: batch.records.map((r) => ({ ...r, value: r.value && endless(r.value) })) }),
          ),
  })

function endless(bytes: Uint8Array): Uint8Array {
  try {
    const d = disruptions.codec.decode(bytes)
    const silently = d.state === 'CLOSED' && d.revisions.at(-1)?.closing !== true
    const changed: Disruption = { ...d, state: silently ? 'OPEN' : d.state, revisions: d.revisions.map((r) => ({ ...r, declaredEnd: 0 })) }
    return disruptions.codec.encode(changed)
  } catch {
    return bytes
  }
}
