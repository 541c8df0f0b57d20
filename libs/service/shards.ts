import type { Clock } from '#domain/ports'
import type { State } from '#store/ports'
import { Doors } from './doors'

/** Milliseconds. */
export interface LeaseTiming {
  /** How long a lease lasts that is not renewed; it is renewed every third of it. */
  readonly leaseMs: number
  /** Between two looks whether the predecessor still holds a lease. */
  readonly pollMs: number
}

export const usualLeases: LeaseTiming = { leaseMs: 10_000, pollMs: 200 }

export interface ShardPorts {
  /** Leases are called `NAME/SHARD`. */
  readonly name: string
  readonly leases: Pick<State, 'lease' | 'release'>
  readonly clock: Clock
  /** Of this process and start; nobody else has it. */
  readonly holder: string
  readonly timing: LeaseTiming
  /** The lease is held from now on. */
  readonly gained: (shard: number, epoch: number) => void
  /** To be given up in order: nothing is claimed any more, what runs ends, all is written. Bounded; the lease is held until it resolves. */
  readonly leave: (shard: number) => Promise<void>
  /** Somebody else may hold it by now: drop everything, send nothing more. */
  readonly lost: (shard: number) => void
  readonly failed: (error: unknown) => void
}

interface Held {
  readonly epoch: number
  /** By the monotonic clock: until then nobody else can hold it. */
  untilMs: number
}

/**
 * The shares (partitions of a topic) of a common work that this process serves: the dispatches of a channel, the operators of detect.
 *
 * Concurrency: the bus says whose turn a shard is, but for a moment two members may believe it is theirs; a lease in the store decides. Its
 * epoch rises with every holder, and the store takes slots only from the newest one. Of each shard one task is running here, one step after
 * the other: wait for the lease → gained → renew → leave (in order) or lost (the lease ran out, was taken, or we were frozen) → again. What
 * counts for a send is `epochOf` in that very moment, by the monotonic clock from before the lease was asked for: whoever was frozen knows
 * without asking anybody. What a frozen one wrote late, the store refuses.
 */
export class Shards {
  private readonly wanted = new Set<number>()
  private readonly leaving = new Set<number>()
  private readonly held = new Map<number, Held>()
  private readonly serving = new Map<number, Promise<void>>()
  private readonly bells = new Map<number, () => void>()
  private readonly doors: Doors
  private stopped = false

  constructor(private readonly ports: ShardPorts) {
    this.doors = new Doors(ports.clock)
  }

  /** All that the bus gives this member from now on. */
  own(shards: readonly number[]): void {
    if (this.stopped) return
    for (const shard of this.wanted) if (!shards.includes(shard)) this.giveUp(shard)
    for (const shard of shards) this.want(shard)
  }

  /** Whether something may be claimed or sent for a shard that was gained with this epoch, in this moment. */
  serves = (shard: number, epoch: number): boolean => this.epochOf(shard) === epoch && this.wanted.has(shard) && !this.leaving.has(shard)

  /** undefined: not ours in this moment; ours, although it is being given up: what has ended may still be written. */
  epochOf = (shard: number): number | undefined => {
    const held = this.held.get(shard)
    return held && this.ports.clock.elapsed() < held.untilMs ? held.epoch : undefined
  }

  /** Resolves with the epoch as soon as the lease is held; rejects when the shard is given up meanwhile, or after half a minute. */
  async whenHeld(shard: number): Promise<number> {
    for (;;) {
      const epoch = this.epochOf(shard)
      if (epoch !== undefined && this.serves(shard, epoch)) return epoch
      if (this.stopped || (this.held.has(shard) && !this.wanted.has(shard))) throw new Error(`shard ${shard} is not served any more`)
      await this.doors.opened(shard)
    }
  }

  /** Gives up all of them in order, so that the next holder begins at once. */
  async stop(): Promise<void> {
    this.stopped = true
    for (const shard of this.wanted) this.giveUp(shard)
    this.doors.shutAll()
    await Promise.all(this.serving.values())
  }

  private want(shard: number): void {
    if (this.wanted.has(shard)) return
    this.wanted.add(shard)
    // One that is just being given up goes on when that is done.
    if (!this.serving.has(shard)) this.serve(shard)
  }

  private giveUp(shard: number): void {
    this.wanted.delete(shard)
    this.doors.shut(shard)
    this.bells.get(shard)?.()
  }

  private serve(shard: number): void {
    const served = this.turns(shard).finally(() => {
      this.serving.delete(shard)
      if (this.wanted.has(shard)) this.serve(shard)
    })
    this.serving.set(shard, served)
  }

  private async turns(shard: number): Promise<void> {
    while (this.wanted.has(shard)) {
      const held = await this.take(shard)
      if (held) await this.turn(shard, held)
      else if (this.wanted.has(shard)) await this.pause(shard, this.ports.timing.pollMs)
    }
  }

  private async turn(shard: number, held: Held): Promise<void> {
    const { gained, leave, lost, leases, holder } = this.ports
    this.held.set(shard, held)
    gained(shard, held.epoch)
    this.doors.open(shard)
    const kept = await this.keep(shard, held, () => this.wanted.has(shard))
    if (!kept) return this.drop(shard, lost)
    this.leaving.add(shard)
    const left = leave(shard).catch(this.ports.failed)
    let gone = false
    void left.then(() => ((gone = true), this.bells.get(shard)?.()))
    const stillKept = await this.keep(shard, held, () => !gone)
    if (!stillKept) this.drop(shard, lost)
    await left
    this.held.delete(shard)
    this.leaving.delete(shard)
    if (stillKept) await leases.release(`${this.ports.name}/${shard}`, holder).catch(this.ports.failed)
  }

  private drop(shard: number, lost: (shard: number) => void): void {
    this.held.delete(shard)
    lost(shard)
  }

  /** Renews as long as it is to be kept; false: it is lost. */
  private async keep(shard: number, held: Held, wanted: () => boolean): Promise<boolean> {
    const { clock, timing } = this.ports
    let waitMs = timing.leaseMs / 3
    while (wanted()) {
      await this.pause(shard, waitMs)
      if (!wanted()) break
      const renewed = await this.take(shard)
      if (renewed) {
        if (renewed.epoch !== held.epoch) return false
        held.untilMs = renewed.untilMs
      } else if (renewed === undefined || clock.elapsed() >= held.untilMs) return false
      waitMs = renewed ? timing.leaseMs / 3 : timing.pollMs
    }
    return clock.elapsed() < held.untilMs
  }

  /** undefined: somebody else holds it; null: the store did not answer. */
  private async take(shard: number): Promise<Held | undefined | null> {
    const { leases, clock, holder, timing, name, failed } = this.ports
    const untilMs = clock.elapsed() + timing.leaseMs
    try {
      const taken = await leases.lease(`${name}/${shard}`, holder, timing.leaseMs, clock.now())
      return taken && { epoch: taken.epoch, untilMs }
    } catch (error) {
      failed(error)
      return null
    }
  }

  private pause(shard: number, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.ports.clock.timer(ms, () => ring())
      const ring = () => {
        cancel()
        this.bells.delete(shard)
        resolve()
      }
      this.bells.set(shard, ring)
    })
  }
}
