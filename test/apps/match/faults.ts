import type { Bus } from '#bus/bus'
import type { Store } from '#store/ports'

/** How a process dies in a call: before it had an effect, or when it had one but nobody learned of it. */
export type Death = 'before' | 'after'

/** A bus and a store that work until the `at`-th call, in which the process dies: that call rejects, and so does every later one. */
export class Mortal {
  calls = 0
  readonly bus: Bus
  readonly store: Store

  constructor(
    bus: Bus,
    store: Store,
    private readonly at: number,
    private readonly death: Death,
  ) {
    this.bus = {
      append: (topic, records) => this.call(() => bus.append(topic, records)),
      consume: (topic, group, handle) => bus.consume(topic, group, handle),
      follow: (topic, apply) => bus.follow(topic, apply),
      committed: (topic, group) => bus.committed(topic, group),
      close: () => bus.close(),
    }
    const { pages, cohorts, riders, state, limits } = store
    this.store = {
      pages: this.mortal(pages),
      cohorts: this.mortal(cohorts),
      riders: this.mortal(riders),
      state: this.mortal(state),
      limits,
      close: () => store.close(),
    }
  }

  get isDead(): boolean {
    return this.calls >= this.at
  }

  private async call<T>(task: () => Promise<T>): Promise<T> {
    this.calls++
    if (this.calls > this.at || (this.calls === this.at && this.death === 'before')) throw new Error('store or broker are down')
    const result = await task()
    if (this.calls >= this.at && this.death === 'after') throw new Error('store or broker are down')
    return result
  }

  private mortal<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name)
        return typeof method === 'function' ? (...args: unknown[]) => this.call(() => method.apply(target, args)) : method
      },
    })
  }
}
