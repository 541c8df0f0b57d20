import type { Bus } from '#bus/bus'
import { memoryBus } from '#bus/memory'
import { disruptions } from '#bus/topics'
import { type Received, followTopic } from '#bus/typed'
import { defaultDetection } from '#detection/settings'
import type { Disruption } from '#domain/disruption'
import type { Observation } from '#domain/observation'
import { seededRandom } from '#service/randoms'
import type { OperatorSettings, Settings } from '#service/settings'
import { VirtualClock } from '#service/virtualClock'
import { memoryStore } from '#store/memory'
import type { State, Store } from '#store/ports'
import { Copies } from '#apps/detect/copies'
import { Detection } from '#apps/detect/detection'

const operator = { id: 'lindenau', detection: defaultDetection, policy: { default: 'auto' } } as unknown as OperatorSettings
export const settings = { operators: [operator, { ...operator, id: 'seebach' }] } as unknown as Settings

/** A write that fails instead of, or after, being done: the process dies there. */
export interface Death {
  readonly write: number
  readonly when: 'before' | 'after'
}

/** Bus and store that survive, and a detect that can die and be started again. */
export class World {
  readonly clock = new VirtualClock()
  readonly bus: Bus = memoryBus(this.clock)
  readonly store: Store = memoryStore(this.clock.now)
  private readonly held: [name: string, holder: string][] = []
  private writes = 0
  private started = 0

  /** After all before it have died. */
  start(death?: Death): Detection {
    for (const [name, holder] of this.held.splice(0)) void this.store.state.release(name, holder)
    return this.join(death)
  }

  /** Beside those that live. `frozen`: what it reads of the store, leases among it, comes when this resolves. */
  join(death?: Death, frozen: () => Promise<void> = async () => {}): Detection {
    const bus = this.mortal(this.bus, 'append', death)
    const state = this.freezing(this.mortal(this.store.state, 'putMany', death), frozen)
    const log = { error: () => undefined }
    const random = seededRandom(++this.started)
    const detection = new Detection(bus, { ...this.store, state }, this.clock, random, settings, log, new Copies(bus))
    detection.owns([0])
    return detection
  }

  /** What the topic holds in the end, by id. */
  async topic(): Promise<Record<string, Disruption>> {
    const found = new Map<string, Disruption>()
    const apply = (records: readonly Received<Disruption>[]) => {
      for (const { key, value } of records) if (value) found.set(key ?? '', value)
      else found.delete(key ?? '') // prettier-ignore
    }
    const follower = await followTopic(this.bus, disruptions, apply, () => {})
    await follower.caughtUp()
    await follower.stop()
    return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  private freezing(state: State, frozen: () => Promise<void>): State {
    return {
      ...bound(state),
      getMany: async (keys) => {
        await frozen()
        return state.getMany(keys)
      },
      lease: async (name, holder, ttlMs, nowMs) => {
        this.held.push([name, holder])
        await frozen()
        return state.lease(name, holder, ttlMs, nowMs)
      },
    }
  }

  private mortal<T extends object, K extends keyof T>(port: T, method: K, death: Death | undefined): T {
    const call = (port[method] as (...args: unknown[]) => Promise<unknown>).bind(port)
    const dying = async (...args: unknown[]) => {
      const dies = ++this.writes === death?.write
      if (dies && death.when === 'before') throw new Error('died')
      const result = await call(...args)
      if (dies) throw new Error('died')
      return result
    }
    return new Proxy(port, {
      get: (target, name) => {
        if (name === method) return dying
        const value = Reflect.get(target, name) as unknown
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }
}

const bound = (state: State): State =>
  Object.fromEntries(
    ['getMany', 'putMany', 'putIfAbsent', 'list', 'intern', 'table', 'lease', 'release'].map((name) => [name, state[name as keyof State]]),
  ) as unknown as State

/** As the bus hands them over. */
export const received = (values: readonly Observation[]): Received<Observation>[] =>
  values.map((value, i) => ({ value, key: undefined, partition: 0, position: BigInt(i + 1) }))
