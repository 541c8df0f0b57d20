import { Inject, Injectable } from '@nestjs/common'
import { type HttpResponse, type Net, NetError } from '#domain/ports'
import type { Logger } from '#service/log'
import type { TelegramSettings } from '#service/settings'
import { LOG, NET } from '#service/tokens'
import { telegramText } from '#messages/limits'
import { Operators } from '../http/operators'

export type ApiAnswer =
  | { readonly ok: true; readonly result: unknown }
  /** `status` 0: no answer came. */
  | { readonly ok: false; readonly status: number; readonly retryAfterMs: number }

const answerMaxBytes = 4 * 2 ** 20

/** The Bot API as the gateway needs it: answers to riders, and how their messages come in. The token stands in the address: it is never logged. */
@Injectable()
export class TelegramApi {
  constructor(
    @Inject(NET) private readonly net: Net,
    @Inject(LOG) private readonly log: Logger,
    @Inject(Operators) private readonly operators: Operators,
  ) {}

  /** An answer in a chat. It is not repeated when it fails: the rider writes again. */
  async say(operator: string, chat: string, text: string): Promise<void> {
    const account = this.operators.get(operator).channels.telegram
    if (!account) return
    const body = { chat_id: Number(chat), text: telegramText(text), link_preview_options: { is_disabled: true } }
    const answer = await this.call(account, 'sendMessage', body, 10_000)
    if (!answer.ok) this.log.warn({ operator, status: answer.status }, 'an answer in a chat was not taken')
  }

  /** Never throws. */
  async call(account: TelegramSettings, method: string, body: object, timeoutMs: number, signal?: AbortSignal): Promise<ApiAnswer> {
    const request = this.net.request({
      url: `${account.apiRoot}/bot${account.token}/${method}`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      timeoutMs,
      maxBytes: answerMaxBytes,
      trust: 'own',
      signal,
    })
    return request.then(readAnswer, (error: unknown) => {
      if (!(error instanceof NetError)) throw error
      return { ok: false, status: 0, retryAfterMs: 0 }
    })
  }
}

function readAnswer({ status, body }: HttpResponse): ApiAnswer {
  const parsed = parse(body)
  if (status === 200 && parsed.ok === true) return { ok: true, result: parsed.result }
  return { ok: false, status, retryAfterMs: (parsed.parameters?.retry_after ?? 0) * 1000 }
}

interface RawAnswer {
  readonly ok?: boolean
  readonly result?: unknown
  readonly parameters?: { readonly retry_after?: number }
}

function parse(body: Buffer): RawAnswer {
  try {
    return (JSON.parse(body.toString('utf8')) as RawAnswer | null) ?? {}
  } catch {
    return {}
  }
}
