import pino from 'pino'
import type { Bus } from '#bus/bus'
import { readSlot } from '#domain/slot'
import type { Network } from '#gtfs/network'
import { keysFrom } from '#service/keys'
import type { Store } from '#store/ports'
import type { Broker } from './broker'
import type { FeedHost } from './feedHost'
import { Life } from './life'
import type { Messengers } from './messengers'
import { settings } from './settings'
import { SimBus } from './simBus'
import { SimNet } from './simNet'
import { simStore } from './simStore'
import { type Gateway, type Parts, detect, gateway, ingest, match, send, timing } from './stages'
import type { Universe } from './universe'

export const keys = keysFrom(Buffer.alloc(32, 7))
const log = pino({ level: 'silent' })

export interface World {
  readonly universe: Universe
  readonly broker: Broker
  readonly store: Store
  readonly feeds: FeedHost
  readonly messengers: Messengers
  readonly networks: ReadonlyMap<string, Network>
  readonly onStore: (name: string, args: readonly unknown[]) => void
  /** Tests plant faults here. */
  readonly plant?: Plant
}

/** Changes what a process of a stage sees, so that the product behaves as if it had a certain bug. */
export interface Plant {
  readonly bus?: (bus: Bus, stage: string) => Bus
  readonly store?: (store: Store, stage: string) => Store
}

/** Starts the processes, and starts them again when they have died. */
export class Processes {
  gateway: Gateway | undefined
  readonly alive = new Map<string, Life>()
  private readonly incarnations = new Map<string, number>()

  constructor(private readonly world: World) {
    world.universe.onDeath = (life) => this.buried(life)
  }

  start(process: string): void {
    const incarnation = (this.incarnations.get(process) ?? 0) + 1
    this.incarnations.set(process, incarnation)
    const life = new Life(`${process}#${incarnation}`, process, this.world.universe)
    this.alive.set(process, life)
    // A process that cannot start ends itself; whoever watches it starts it again.
    this.run(process, life).catch((error: unknown) => {
      if (!life.dead) this.world.universe.crash(life, `at its start: ${String(error)}`)
    })
  }

  private async run(process: string, life: Life): Promise<void> {
    const stage = process.replace(/-\d+$/, '')
    const parts = this.partsOf(stage, life)
    switch (stage) {
      case 'ingest':
        return ingest(parts)
      case 'detect':
        return detect(parts)
      case 'match':
        return match(parts)
      case 'send':
        return send(parts)
      default:
        this.gateway = await gateway(parts)
    }
  }

  private buried(life: Life): void {
    const { timeline, chance } = this.world.universe
    if (life.process.startsWith('gateway')) this.gateway = undefined
    if (life.process.startsWith('send')) void this.noteClaimed()
    timeline.timer(chance.is(0.2) ? chance.between(5000, 40_000) : chance.between(100, 3000), () => this.start(life.process))
  }

  /** What was being sent when a sender died: nobody knows whether it arrived. */
  private async noteClaimed(): Promise<void> {
    const { store, universe } = this.world
    for (const operator of settings.operators) {
      for (const { id, size } of await store.cohorts.list(`${operator.id}/`)) {
        const slots = (await store.cohorts.slots(id)) ?? Buffer.alloc(0)
        const states = Array.from({ length: slots.length === 0 ? 0 : size }, (_, i) => readSlot(slots, i).state)
        if (states.includes('CLAIMED')) universe.notes.sometimes('a claimed slot is found after a crash')
      }
    }
  }

  private partsOf(stage: string, life: Life): Parts {
    const { universe, broker, store: base, feeds, messengers, networks, onStore, plant } = this.world
    const bus = new SimBus(broker, life)
    const store = simStore({ universe, base, life, onDone: onStore })
    return {
      bus: plant?.bus?.(bus, stage) ?? bus,
      store: plant?.store?.(store, stage) ?? store,
      clock: life.clock,
      random: universe.chance.of(life.name).random,
      net: new SimNet(life, feeds, messengers, () => universe.plan.slowMs),
      log,
      settings,
      keys,
      timing,
      networks,
      notes: universe.notes,
    }
  }
}
