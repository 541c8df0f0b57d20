import { type Clock, type Net, NetError } from '#domain/ports'
import type { Outbox } from './outbox'

const longestPauseMs = 60_000

/** Pushes what the people write to the bot's webhook, in order, each until it is answered with 2xx: as Telegram does. */
export class WebhookPush {
  private readonly busy = new Set<string>()
  private readonly stopped = new AbortController()

  constructor(
    private readonly outbox: Outbox,
    private readonly net: Net,
    private readonly clock: Clock,
  ) {}

  /** There is something new for a bot, or a new webhook. */
  async wake(operator: string): Promise<void> {
    if (this.busy.has(operator)) return
    this.busy.add(operator)
    let pauseMs = 500
    try {
      for (let next = this.outbox.pending(operator)[0]; next && this.outbox.webhook(operator); next = this.outbox.pending(operator)[0]) {
        if (await this.push(operator, JSON.stringify(next))) {
          await this.outbox.record({ operator, confirmed: next.update_id })
          pauseMs = 500
        } else {
          await this.clock.sleep((pauseMs = Math.min(longestPauseMs, pauseMs * 2)), this.stopped.signal)
        }
      }
    } catch (error) {
      if (!this.stopped.signal.aborted) throw error
    } finally {
      this.busy.delete(operator)
    }
  }

  close(): void {
    this.stopped.abort(new Error('the phone is closed'))
  }

  private async push(operator: string, body: string): Promise<boolean> {
    const hook = this.outbox.webhook(operator)
    if (!hook) return false
    const headers = { 'content-type': 'application/json', ...(hook.secret && { 'x-telegram-bot-api-secret-token': hook.secret }) }
    try {
      const { status } = await this.net.request({
        url: hook.url, method: 'POST', headers, body, timeoutMs: 10_000, maxBytes: 65_536, trust: 'own', signal: this.stopped.signal,
      }) // prettier-ignore
      return status >= 200 && status < 300
    } catch (error) {
      if (error instanceof NetError) return false
      throw error
    }
  }
}
