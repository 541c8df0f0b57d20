import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy, Optional } from '@nestjs/common'
import type { Clock } from '#domain/ports'
import { Health } from '#service/health'
import { CLOCK, STORE } from '#service/tokens'
import { generationOf } from '#store/complete'
import type { Store } from '#store/ports'

const everyMs = 2_000

/** Not ready (`store`) while riders are being read in after a loss of the store, or while nobody knows. */
@Injectable()
export class StoreWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private complete: (() => void) | undefined
  private cancel = () => {}
  private stopped = false

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    @Optional() @Inject(Health) private readonly health?: Health,
  ) {}

  onApplicationBootstrap(): void {
    if (this.health) void this.look(this.health)
  }

  onModuleDestroy(): void {
    this.stopped = true
    this.cancel()
  }

  private async look(health: Health): Promise<void> {
    const isComplete = (await generationOf(this.store.state).catch(() => undefined)) !== undefined
    if (isComplete) {
      this.complete?.()
      this.complete = undefined
    } else this.complete ??= health.wait('store')
    if (!this.stopped) this.cancel = this.clock.timer(everyMs, () => void this.look(health))
  }
}
