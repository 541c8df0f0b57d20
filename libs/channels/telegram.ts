import type { HttpResponse, Net } from '#domain/ports'
import type { Messenger, OutMessage, Outcome } from './messenger'
import { withoutAnswer } from './withoutAnswer'

export interface TelegramAccount {
  readonly token: string
  readonly apiRoot: string
}

interface Answer {
  readonly description?: string
  readonly parameters?: { readonly retry_after?: number }
  readonly result?: { readonly message_id?: number }
}

/** Telegram Bot API: one sendMessage a rider, plain text. No idempotency: what may have arrived must not be repeated lightly. */
export const telegramMessenger = (net: Net, account: TelegramAccount): Messenger => ({
  channel: 'TELEGRAM',
  dedupes: false,
  shared: true,
  send: (message) =>
    net
      .request({
        url: `${account.apiRoot}/bot${account.token}/sendMessage`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: telegramBody(message),
        timeoutMs: 10_000,
        maxBytes: 65_536,
        trust: 'own',
      })
      .then(outcomeOf, withoutAnswer),
})

export const telegramBody = ({ address, text }: Pick<OutMessage, 'address' | 'text'>): string =>
  `{"chat_id":${JSON.stringify(Number(address))},${restOf(text)}`

/** All but the chat, of the last text: a fan-out sends many the same one. */
let last: { readonly text: string; readonly rest: string } | undefined

function restOf(text: string): string {
  if (text !== last?.text) last = { text, rest: JSON.stringify({ text, link_preview_options: { is_disabled: true } }).slice(1) }
  return last.rest
}

/** Errors that name the chat, not us: blocked, deactivated, never started, deleted. */
const goneTexts = /chat not found|user not found|user is deactivated|peer_id_invalid|chat_id is empty|upgraded to a supergroup/i

function outcomeOf(response: HttpResponse): Outcome {
  const { status } = response
  const answer = parse(response.body)
  const detail = answer.description ?? `HTTP ${status}`
  if (status === 200) return { kind: 'sent', messageId: answer.result?.message_id?.toString() }
  if (status === 429) return { kind: 'frozen', afterMs: (answer.parameters?.retry_after ?? 5) * 1000 }
  if (status === 403 || (status === 400 && goneTexts.test(detail))) return { kind: 'gone', detail }
  if (status === 401 || status === 404) return { kind: 'halt', detail }
  if (status >= 500 || status === 409) return { kind: 'retry', reason: 'SERVER_ERROR' }
  return { kind: 'failed', reason: 'REJECTED', detail }
}

function parse(body: Buffer): Answer {
  try {
    return (JSON.parse(body.toString('utf8')) as Answer | null) ?? {}
  } catch {
    return {}
  }
}
