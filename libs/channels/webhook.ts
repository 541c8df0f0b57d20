import { Webhook } from 'standardwebhooks'
import type { HttpResponse, Net } from '#domain/ports'
import type { Messenger, OutMessage, Outcome } from './messenger'
import { retryAfterMs } from './retryAfter'
import { type WebhookAddress, parseWebhookAddress } from './webhookAddress'
import { withoutAnswer } from './withoutAnswer'

export interface WebhookAccount {
  /** Endpoints on private addresses: only for tests and the demo. */
  readonly allowPrivateAddresses: boolean
}

/** Standard Webhooks (standardwebhooks.com): signed JSON; `webhook-id` is the delivery's id, by which the receiver recognises a repetition. */
export const webhookMessenger = (net: Net, account: WebhookAccount): Messenger => ({
  channel: 'WEBHOOK',
  dedupes: true,
  shared: false,
  async send(message) {
    const to = parseWebhookAddress(message.address)
    if (!to) return { kind: 'failed', reason: 'NO_ADDRESS', detail: 'not a webhook address' }
    const body = webhookBody(message)
    const request = { url: to.url, method: 'POST', headers: signed(to, message, body), body, timeoutMs: 10_000, maxBytes: 65_536 } as const
    const trust = account.allowPrivateAddresses ? 'own' : 'foreign'
    return net.request({ ...request, trust }).then((response) => outcomeOf(response, message.nowMs), withoutAnswer)
  },
})

const types = { WHOLE: 'alert.told', UPDATE: 'alert.updated', ALL_CLEAR: 'alert.cleared' } as const

const webhookBody = (message: OutMessage): string =>
  JSON.stringify({
    type: types[message.stage],
    timestamp: new Date(message.nowMs).toISOString(),
    data: { headline: message.subject, text: message.text, language: message.language, ...message.facts },
  })

function signed(to: WebhookAddress, message: OutMessage, body: string): Record<string, string> {
  const seconds = Math.floor(message.nowMs / 1000)
  return {
    'content-type': 'application/json',
    'webhook-id': message.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': new Webhook(to.secret).sign(message.id, new Date(seconds * 1000), body),
  }
}

function outcomeOf({ status, headers }: HttpResponse, nowMs: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'sent' }
  if (status === 410) return { kind: 'gone', detail: 'HTTP 410' }
  const afterMs = retryAfterMs(headers['retry-after'], nowMs)
  if (status === 429) return { kind: 'retry', reason: 'RATE_LIMITED', afterMs }
  if (status >= 500 || status === 408 || status === 425) return { kind: 'retry', reason: 'SERVER_ERROR', afterMs }
  return { kind: 'failed', reason: 'REJECTED', detail: `HTTP ${status}` }
}
