import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import { z } from 'zod'
import type { Clock, Random } from '#domain/ports'
import type { Keys } from '#service/keys'
import type { Logger } from '#service/log'
import type { OperatorSettings, Settings, TelegramSettings } from '#service/settings'
import { CLOCK, KEYS, LOG, RANDOM, SETTINGS, STORE } from '#service/tokens'
import type { Store } from '#store/ports'
import { Copies } from '../copies/copies'
import { Operators } from '../http/operators'
import { TelegramApi } from './telegramApi'
import { TelegramInbound } from './telegramInbound'
import { telegramUpdate } from './update'
import { webhookSecret } from './webhookSecret'

const wanted = ['message', 'my_chat_member']
const pollSeconds = 25
const leaseMs = 60_000
const leaseRetryMs = 5000
const firstPauseMs = 500
const longestPauseMs = 30_000
/** A server that answers at once with nothing does not hold the question: it is not asked more often than this. */
const emptyAnswerMs = 250

/**
 * How messages come in. With a public address Telegram posts them; else one instance per bot asks for them, under a lease. The offset of the
 * next question tells Telegram that earlier updates are done: it moves only after their effects are durable.
 */
@Injectable()
export class TelegramPoller implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController()
  private readonly holder: string
  private loops: Promise<void>[] = []

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(STORE) private readonly store: Store,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(KEYS) private readonly keys: Keys,
    @Inject(LOG) private readonly log: Logger,
    @Inject(RANDOM) random: Random,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(Copies) private readonly copies: Copies,
    @Inject(TelegramApi) private readonly api: TelegramApi,
    @Inject(TelegramInbound) private readonly inbound: TelegramInbound,
  ) {
    this.holder = random.bytes(8).toString('hex')
  }

  onApplicationBootstrap(): void {
    const bots = this.operators.list().filter((o) => o.channels.telegram)
    // Telegram posts to https only.
    const reachable = this.settings.publicUrl?.startsWith('https:')
    this.loops = bots.map((o) => (reachable ? this.announce(o) : this.poll(o)).catch(() => undefined))
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort()
    await Promise.all(this.loops)
    for (const o of this.operators.list()) if (o.channels.telegram) await this.store.state.release(leaseOf(o), this.holder)
  }

  /** Tells Telegram where to post to; tries until it is taken. */
  private async announce(operator: OperatorSettings): Promise<void> {
    const body = {
      url: `${this.settings.publicUrl?.replace(/\/+$/, '')}/in/telegram/${operator.id}`,
      secret_token: webhookSecret(this.keys, operator),
      allowed_updates: wanted,
      max_connections: 10,
    }
    for (let pause = firstPauseMs; !this.stopping.signal.aborted; pause = Math.min(longestPauseMs, pause * 2)) {
      const answer = await this.api.call(account(operator), 'setWebhook', body, 10_000, this.stopping.signal)
      if (answer.ok) return
      this.log.warn({ operator: operator.id, status: answer.status }, 'setWebhook was not taken')
      await this.clock.sleep(pause, this.stopping.signal)
    }
  }

  private async poll(operator: OperatorSettings): Promise<void> {
    let offset: number | undefined
    let pause = firstPauseMs
    await this.untilLines(operator)
    while (!this.stopping.signal.aborted) {
      try {
        if (!(await this.store.state.lease(leaseOf(operator), this.holder, leaseMs, this.clock.now()))) {
          await this.clock.sleep(leaseRetryMs, this.stopping.signal)
          continue
        }
        const asked = this.clock.elapsed()
        const next = await this.ask(operator, offset)
        if (next === offset && this.clock.elapsed() - asked < emptyAnswerMs) await this.clock.sleep(emptyAnswerMs, this.stopping.signal)
        if (next === 'failed') await this.clock.sleep(pause, this.stopping.signal)
        else offset = next
        pause = next === 'failed' ? Math.min(longestPauseMs, pause * 2) : firstPauseMs
      } catch (error) {
        if (this.stopping.signal.aborted) return
        this.log.error({ operator: operator.id, err: error }, 'inbound messages wait')
        await this.clock.sleep(pause, this.stopping.signal)
      }
    }
  }

  /** A rider who names a line is not told that there is none, only because the timetable is still being loaded. */
  private untilLines(operator: OperatorSettings): Promise<void> {
    const known = () => this.copies.linesOf(operator.id).length > 0 || this.stopping.signal.aborted
    return new Promise((resolve) => {
      const look = () => {
        if (!known()) return
        stop()
        resolve()
      }
      const stop = this.copies.onChange(look)
      this.stopping.signal.addEventListener('abort', look)
      look()
    })
  }

  /** One question and its updates; the offset for the next one. */
  private async ask(operator: OperatorSettings, offset: number | undefined): Promise<number | undefined | 'failed'> {
    const body = { offset, timeout: pollSeconds, allowed_updates: wanted }
    const answer = await this.api.call(account(operator), 'getUpdates', body, (pollSeconds + 10) * 1000, this.stopping.signal)
    if (!answer.ok) return this.refused(operator, answer.status, answer.retryAfterMs)
    for (const update of readUpdates(answer.result)) {
      if (update.known) await this.inbound.handle(operator.id, update.known)
      offset = update.id + 1
    }
    return offset
  }

  /** 409: a webhook is set, or somebody else polls this bot. */
  private async refused(operator: OperatorSettings, status: number, retryAfterMs: number): Promise<'failed'> {
    if (this.stopping.signal.aborted) return 'failed'
    this.log[status === 0 ? 'debug' : 'warn']({ operator: operator.id, status }, 'getUpdates was not answered')
    if (status === 409) await this.api.call(account(operator), 'deleteWebhook', {}, 10_000, this.stopping.signal)
    if (retryAfterMs > 0) await this.clock.sleep(retryAfterMs, this.stopping.signal)
    return 'failed'
  }
}

const leaseOf = (operator: OperatorSettings) => `gateway/telegram/${operator.id}`
const account = (operator: OperatorSettings) => operator.channels.telegram as TelegramSettings

const updateId = z.object({ update_id: z.int() })

/** In order; one that we cannot read still counts as seen. */
function readUpdates(result: unknown) {
  if (!Array.isArray(result)) return []
  return result.flatMap((raw: unknown) => {
    const id = updateId.safeParse(raw)
    const known = telegramUpdate.safeParse(raw)
    return id.success ? [{ id: id.data.update_id, known: known.success ? known.data : undefined }] : []
  })
}
