import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '#domain/ports'

/**
 * Moves one partition's batches to a handler: one at a time, the next one only when the last is done. A batch whose handler rejects comes
 * again, the same one, after 100 ms, doubling up to 5 s. It sleeps while there is nothing to do, until `wake`.
 */
export class Pump<B> {
  private running: Promise<void> | undefined
  private again = false
  private stopped = false
  private cutPause = () => {}

  constructor(
    private readonly source: PumpSource<B>,
    private readonly clock: Clock,
  ) {}

  wake(): void {
    this.again = true
    if (this.running || this.stopped) return
    this.running = this.run().finally(() => {
      this.running = undefined
      if (this.again) this.wake()
    })
  }

  /** Takes nothing more; resolves when the batch that is being handled is done. */
  async stop(): Promise<void> {
    this.stopped = true
    this.cutPause()
    await this.running
  }

  private async run(): Promise<void> {
    this.again = false
    for (let batch = await this.take(); batch !== undefined; batch = await this.take()) {
      const taken = batch
      await this.retrying(() => this.source.handle(taken))
      // A turn of the loop, no time: a long backlog must not keep timers and sockets waiting.
      await turn()
    }
  }

  private take(): Promise<B | undefined> {
    return this.retrying(async () => this.source.next())
  }

  /** Undefined when stopped before it succeeded. */
  private async retrying<T>(step: () => Promise<T>): Promise<T | undefined> {
    for (let waitMs = firstWaitMs; !this.stopped; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      try {
        return await step()
      } catch (error) {
        this.source.failed(error, waitMs)
        await this.pause(waitMs)
      }
    }
    return undefined
  }

  private pause(ms: number): Promise<void> {
    if (this.stopped) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.clock.timer(ms, resolve)
      this.cutPause = () => {
        cancel()
        resolve()
      }
    })
  }
}

export interface PumpSource<B> {
  /** The next batch, or undefined when there is none now. */
  next(): B | undefined | Promise<B | undefined>
  handle(batch: B): Promise<void>
  failed(error: unknown, waitMs: number): void
}

const firstWaitMs = 100
const longestWaitMs = 5000
