import { createHash, timingSafeEqual } from 'node:crypto'
import type { Keys } from '#service/keys'
import type { OperatorSettings } from '#service/settings'

/** What Telegram sends with every update (1–256 characters of A-Za-z0-9_-): configured, or derived from our master key. */
export const webhookSecret = (keys: Keys, operator: OperatorSettings): string =>
  operator.channels.telegram?.webhookSecret ?? keys.sign(operator.id, 'telegram-inbound', operator.id).toString('hex')

/** In constant time. */
export function isSecret(expected: string, given: unknown): boolean {
  return typeof given === 'string' && timingSafeEqual(digest(expected), digest(given))
}

const digest = (text: string) => createHash('sha256').update(text).digest()
