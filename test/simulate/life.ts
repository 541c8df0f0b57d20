import type { Clock } from '#domain/ports'
import type { Universe } from './universe'

/** What is known of a call when its request arrives: whether it is done, and what the caller learns. */
export type Fate = 'done' | 'refused' | 'answer lost' | 'torn'

export interface Call<T> {
  /** For the trace: `store.state.putMany`. */
  readonly name: string
  readonly typicalMs: number
  readonly fate: Fate
  /** Runs where the request arrives, whether or not the caller still lives. */
  readonly done: () => T | Promise<T>
  /** A part of it only. */
  readonly torn?: () => unknown
  readonly error: () => Error
  /** Calls of one queue do not overtake each other on their way. */
  readonly queue?: { lastMs: number }
}

/**
 * One incarnation of a process: from its start to its death. A dead one's calls have no effect and never return; a frozen one's timers and
 * answers wait until it goes on, as if nothing had happened. Requests on their way arrive all the same.
 */
export class Life {
  dead = false
  frozenUntil = 0
  /** When it last went on after having been frozen, epoch ms. */
  thawedAt = 0
  readonly clock: Clock

  constructor(
    /** `send-1#3`: process and incarnation. */
    readonly name: string,
    /** `send-1` */
    readonly process: string,
    private readonly universe: Universe,
  ) {
    const { timeline } = universe
    this.clock = {
      now: () => Math.floor(timeline.now()),
      elapsed: timeline.now,
      sleep: (ms, signal) => this.sleep(ms, signal),
      timer: (ms, call) => this.later(ms, call),
    }
  }

  /** Calls in this process after so long: not while it is frozen, never when it is dead. */
  later(ms: number, call: () => void): () => void {
    const { timeline } = this.universe
    const fire = (): void => {
      if (this.dead) return
      const wait = this.frozenUntil - timeline.now()
      if (wait > 0) cancel = timeline.timer(wait, fire)
      else call()
    }
    let cancel = timeline.timer(ms, fire)
    return () => cancel()
  }

  /** A call to something outside: before it, between effect and answer, and at the answer the process may die or freeze. */
  call<T>(call: Call<T>): Promise<T> {
    const { timeline, chance } = this.universe
    if (this.universe.mayEnd(this, 'before', call.name)) return never()
    this.universe.notes.step(call.fate === 'done' ? `${this.name} ${call.name}` : `${this.name} ${call.name} (${call.fate})`)
    const arrives = Math.max(chance.latency(call.typicalMs), call.queue ? call.queue.lastMs - timeline.now() : 0)
    if (call.queue) call.queue.lastMs = timeline.now() + arrives
    return new Promise<T>((resolve, reject) => {
      timeline.timer(arrives, () => {
        void this.effect(call).then((answer) => {
          this.universe.mayEnd(this, 'after', call.name)
          this.later(chance.latency(call.typicalMs), () => {
            if (this.universe.mayEnd(this, 'at the answer of', call.name)) return
            if (answer.ok) resolve(answer.value)
            else reject(answer.error)
          })
        })
      })
    })
  }

  private async effect<T>(call: Call<T>): Promise<{ ok: true; value: T } | { ok: false; error: Error }> {
    if (call.fate === 'torn') await call.torn?.()
    if (call.fate === 'answer lost') await Promise.resolve(call.done()).catch(() => undefined)
    if (call.fate !== 'done') return { ok: false, error: call.error() }
    try {
      return { ok: true, value: await call.done() }
    } catch (error) {
      return { ok: false, error: error as Error }
    }
  }

  private sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const cancel = this.later(ms, resolve)
      signal?.addEventListener('abort', () => {
        cancel()
        reject(signal.reason)
      })
    })
  }
}

export const never = <T>(): Promise<T> => new Promise<T>(() => undefined)
