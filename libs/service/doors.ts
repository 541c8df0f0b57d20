import type { Clock } from '#domain/ports'

/** Longer than any predecessor needs to give up in order, and than a lease of one that died. */
const longestMs = 30_000

/** Where dispatches wait until their shard may be served. */
export class Doors {
  private readonly waiting = new Map<number, Set<PromiseWithResolvers<void>>>()

  constructor(private readonly clock: Clock) {}

  /** Rejects when the door is shut, or stays so for too long: the bus brings the batch again, to whoever owns it then. */
  async opened(shard: number): Promise<void> {
    const waiter = Promise.withResolvers<void>()
    const all = this.waiting.get(shard) ?? new Set()
    this.waiting.set(shard, all.add(waiter))
    const cancel = this.clock.timer(longestMs, () => waiter.reject(new Error(`the lease of shard ${shard} was not to be had`)))
    await waiter.promise.finally(() => (cancel(), all.delete(waiter)))
  }

  open(shard: number): void {
    for (const waiter of this.waiting.get(shard) ?? []) waiter.resolve()
  }

  shut(shard: number): void {
    for (const waiter of this.waiting.get(shard) ?? []) waiter.reject(new Error(`shard ${shard} was given to another member`))
  }

  shutAll(): void {
    for (const shard of this.waiting.keys()) this.shut(shard)
  }
}
