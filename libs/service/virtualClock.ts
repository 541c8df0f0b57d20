import type { Clock } from '#domain/ports'

/** Time that moves only when a test says so. Timers fire in the order of their times, each after the promises of the one before have run. */
export class VirtualClock implements Clock {
  private timers: { at: number; order: number; call: () => void }[] = []
  private order = 0

  constructor(private ms = Date.parse('2026-01-05T08:00:00Z')) {}

  now = (): number => this.ms
  elapsed = (): number => this.ms

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const cancel = this.timer(ms, resolve)
      signal?.addEventListener('abort', () => {
        cancel()
        reject(signal.reason)
      })
    })
  }

  timer(ms: number, call: () => void): () => void {
    const timer = { at: this.ms + Math.max(0, ms), order: this.order++, call }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((t) => t !== timer)
    }
  }

  /** Moves time forward, firing what falls due on the way. */
  async advance(ms: number): Promise<void> {
    const until = this.ms + ms
    await settle()
    for (let next = this.nextDue(until); next; next = this.nextDue(until)) {
      this.timers = this.timers.filter((t) => t !== next)
      this.ms = Math.max(this.ms, next.at)
      next.call()
      await settle()
    }
    this.ms = until
    await settle()
  }

  private nextDue(until: number) {
    return this.timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0]
  }
}

/** Lets the promises that are ready run, a bounded number of turns of the loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}
