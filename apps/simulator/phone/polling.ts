import type { Clock } from '#domain/ports'
import type { Outbox } from './outbox'
import { type Answer, type Parameters, answer, refuse } from './wire'

const longestSeconds = 50

/** getUpdates: long polling. A second poller of the same bot ends the first one with 409, as Telegram does. */
export class Polling {
  private readonly waiting = new Map<string, (outcome: 'news' | 'conflict' | 'over') => void>()

  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async poll(operator: string, parameters: Parameters, signal?: AbortSignal): Promise<Answer> {
    if (this.outbox.webhook(operator)) {
      return refuse(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
    }
    this.waiting.get(operator)?.('conflict')
    const offset = numberOf(parameters.offset, 0)
    if (offset > 0) await this.confirm(operator, offset - 1)
    const limit = Math.min(100, Math.max(1, numberOf(parameters.limit, 100)))
    const seconds = Math.min(longestSeconds, Math.max(0, numberOf(parameters.timeout, 0)))
    const outcome = this.outbox.pending(operator).length > 0 || seconds === 0 ? 'news' : await this.wait(operator, seconds, signal)
    if (outcome === 'conflict') {
      return refuse(409, 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running')
    }
    return answer(
      this.outbox
        .pending(operator)
        .slice(offset < 0 ? offset : 0)
        .slice(0, limit),
    )
  }

  /** There is something new for a bot. */
  wake(operator: string): void {
    this.waiting.get(operator)?.('news')
  }

  /** Answers all who wait, so that the process can stop. */
  close(): void {
    for (const end of this.waiting.values()) end('over')
  }

  private async confirm(operator: string, upTo: number): Promise<void> {
    const known = this.outbox.pending(operator).some((u) => u.update_id <= upTo)
    if (known) await this.outbox.record({ operator, confirmed: upTo })
  }

  private wait(operator: string, seconds: number, signal?: AbortSignal): Promise<'news' | 'conflict' | 'over'> {
    return new Promise((resolve) => {
      const end = (outcome: 'news' | 'conflict' | 'over') => {
        cancel()
        signal?.removeEventListener('abort', over)
        if (this.waiting.get(operator) === end) this.waiting.delete(operator)
        resolve(outcome)
      }
      const over = () => end('over')
      const cancel = this.clock.timer(seconds * 1000, over)
      signal?.addEventListener('abort', over)
      this.waiting.set(operator, end)
    })
  }
}

const numberOf = (value: unknown, otherwise: number): number => (Number.isFinite(Number(value ?? Number.NaN)) ? Number(value) : otherwise)
