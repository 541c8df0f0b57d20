import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy, Optional } from '@nestjs/common'
import type { Bus } from '#bus/bus'
import type { Clock, Random } from '#domain/ports'
import { tablesIn } from '#matching/tables'
import { Health } from '#service/health'
import type { Logger } from '#service/log'
import { BUS, CLOCK, LOG, RANDOM, STORE } from '#service/tokens'
import { generationOf } from '#store/complete'
import type { Store } from '#store/ports'
import { possibleDuplicateRiders, storesRebuilt, unreadableRecords } from './metrics'
import { type Rebuilt, rebuild } from './rebuild/rebuild'

const lookEveryMs = 5_000
const leaseName = 'store/rebuild'
const leaseMs = 30_000
const waitMs = 1_000

/**
 * Sees to it that nothing of match is done on a store that has lost what topics hold: what is asked of it runs `during` one generation of the
 * store, and again when the store was lost and filled anew meanwhile. Looks at the start and every five seconds, so that a store is filled
 * also where nothing happens.
 *
 * Concurrency: one instance fills the store, under a lease that it renews; the others wait. Were there two, they would do the same.
 */
@Injectable()
export class CompleteStore implements OnApplicationBootstrap, OnModuleDestroy {
  private generation: string | undefined
  private filling: Promise<string> | undefined
  private readonly listeners: (() => void)[] = []
  private readonly holder: string
  private cancel = () => {}
  private stopped = false
  private readonly ready: () => void

  constructor(
    @Inject(BUS) private readonly bus: Bus,
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
    @Inject(LOG) private readonly log: Logger,
    @Optional() @Inject(Health) private readonly health?: Health,
  ) {
    this.holder = random.bytes(8).toString('hex')
    this.ready = health?.wait('store') ?? (() => {})
  }

  onApplicationBootstrap(): void {
    void this.look()
  }

  onModuleDestroy(): void {
    this.stopped = true
    this.cancel()
  }

  /** Calls when the store is another one than before: what is remembered of it is void. */
  onOther(listener: () => void): void {
    this.listeners.push(listener)
  }

  /** Waits until the store is complete, and does the task again if it was lost meanwhile. Rejects when store or broker are down. */
  async during<T>(task: () => Promise<T>): Promise<T> {
    for (;;) {
      const generation = await this.complete()
      const result = await task()
      if ((await generationOf(this.store.state)) === generation) return result
    }
  }

  private async complete(): Promise<string> {
    const there = (await generationOf(this.store.state)) ?? (await this.fill())
    if (there === this.generation) return there
    this.generation = there
    for (const listener of this.listeners) listener()
    return there
  }

  private fill(): Promise<string> {
    return (this.filling ??= this.fillOrWait().finally(() => (this.filling = undefined)))
  }

  private async fillOrWait(): Promise<string> {
    const known = this.health?.wait('store')
    try {
      for (;;) {
        if (this.stopped) throw new Error('match is stopping')
        const there = (await generationOf(this.store.state)) ?? (await this.fillUnderLease())
        if (there !== undefined) return there
        await this.clock.sleep(waitMs)
      }
    } finally {
      known?.()
    }
  }

  private async fillUnderLease(): Promise<string | undefined> {
    const take = () => this.store.state.lease(leaseName, this.holder, leaseMs, this.clock.now())
    if (!(await take())) return undefined
    const stop = this.every(leaseMs / 3, () => void take().catch(() => undefined))
    try {
      const { bus, store, clock, random } = this
      return this.rebuilt(await rebuild({ bus, store, clock, random, tables: tablesIn(store.state), bad: this.bad }))
    } finally {
      stop()
      await this.store.state.release(leaseName, this.holder).catch(() => undefined)
    }
  }

  private rebuilt(done: Rebuilt | undefined): string | undefined {
    if (!done) return undefined
    const { generation, riders, cohorts, took } = done
    storesRebuilt.inc()
    possibleDuplicateRiders.inc(cohorts.unknown)
    const facts = { riders: riders.applied, erased: riders.erased, ...cohorts, seconds: took / 1000 }
    if (riders.applied + cohorts.cohorts > 0) this.log.warn(facts, 'the store was not complete and has been filled from the topics')
    else this.log.info('the store is new')
    return generation
  }

  private async look(): Promise<void> {
    try {
      await this.complete()
      this.ready()
    } catch (error) {
      if (!this.stopped) this.log.warn({ err: error }, 'the store could not be looked at or filled; trying again')
    }
    if (!this.stopped) this.cancel = this.clock.timer(lookEveryMs, () => void this.look())
  }

  /** Returns how to end it. */
  private every(ms: number, act: () => void): () => void {
    let cancel = () => {}
    const again = () => {
      cancel = this.clock.timer(ms, () => (act(), again()))
    }
    again()
    return () => cancel()
  }

  private readonly bad = (reason: string) => {
    unreadableRecords.inc({ topic: 'rebuild' })
    this.log.warn({ reason }, 'a record could not be read and was skipped while the store was filled')
  }
}
