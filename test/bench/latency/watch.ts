import { setTimeout as sleep } from 'node:timers/promises'
import type { Batch, Bus } from '#bus/bus'
import type { Net } from '#domain/ports'
import type { Store } from '#store/ports'
import { nowMs } from './clock'

const quietMs = 60

/**
 * Notes, from outside the applications, when what happened first since `begin`: their ports are wrapped, nothing in them changes. Marks: `body`
 * (the poller has the snapshot's bytes), `WHAT writes` and `WHAT durable` (a write begins, and is on disk): a topic, or a part of the store.
 */
export class Watch {
  private marks = new Map<string, number>()
  private readonly handledOf = new Map<string, number>()
  private running = 0
  private active = 0

  begin(): void {
    this.marks = new Map()
  }

  /** Milliseconds of the steady clock. */
  at(mark: string): number {
    const at = this.marks.get(mark)
    if (at === undefined) throw new Error(`nothing was noted about "${mark}"`)
    return at
  }

  /** From now on, or since `begin`; resolves when it is noted. */
  async next(mark: string, fresh = true): Promise<void> {
    if (fresh) this.begin()
    while (!this.marks.has(mark)) await sleep(5)
  }

  /** Records of a topic that its consumers have handled. */
  handled(topic: string): number {
    return this.handledOf.get(topic) ?? 0
  }

  /** Until nothing has been appended or handled for a while. */
  async quiet(): Promise<void> {
    while (this.running > 0 || nowMs() - this.active < quietMs) await sleep(5)
  }

  bus(bus: Bus): Bus {
    return {
      append: (topic, records) => this.writing(topic, bus.append(topic, records)),
      consume: (topic, group, handle, owns) => bus.consume(topic, group, (batch) => this.handling(batch, handle), owns),
      follow: (topic, apply) => bus.follow(topic, apply),
      committed: (topic, group) => bus.committed(topic, group),
      close: () => bus.close(),
    }
  }

  store(store: Store): Store {
    const { cohorts, state } = store
    return {
      ...store,
      cohorts: {
        ...cohorts,
        openAll: (...args) => this.writing('cohort', cohorts.openAll(...args)),
        setDue: (...args) => this.writing('due', cohorts.setDue(...args)),
        writeChunks: (...args) => this.writing('slots', cohorts.writeChunks(...args)),
      },
      state: { ...state, putMany: (...args) => this.writing('state', state.putMany(...args)) },
    }
  }

  net(net: Net): Net {
    return {
      request: async (request) => {
        const response = await net.request(request)
        if (request.url.includes('/feed/')) this.mark('body')
        return response
      },
    }
  }

  private async handling(batch: Batch, handle: (batch: Batch) => Promise<void>): Promise<void> {
    this.running++
    this.mark(`${batch.topic} handled`)
    try {
      await handle(batch)
      this.handledOf.set(batch.topic, this.handled(batch.topic) + batch.records.length)
    } finally {
      this.running--
      this.active = nowMs()
    }
  }

  private async writing<T>(what: string, write: Promise<T>): Promise<T> {
    this.mark(`${what} writes`)
    const result = await write
    this.mark(`${what} durable`)
    return result
  }

  private mark(name: string): void {
    this.active = nowMs()
    if (!this.marks.has(name)) this.marks.set(name, this.active)
  }
}
