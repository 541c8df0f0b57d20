import { timingSafeEqual } from 'node:crypto'
import type { Rider } from '#domain/rider'
import type { Keys } from '#service/keys'

const days = 30

/**
 * `RIDER.EXPIRES.SIGNATURE`, hexadecimal and digits only. It dies after 30 days, and with the rider: the signature covers when the rider came,
 * so that somebody who was erased and comes again has fresh links. `now`: epoch seconds.
 */
export function manageToken(keys: Keys, rider: Rider, now: number): string {
  const expires = now + days * 86_400
  return `${rider.id}.${expires}.${signature(keys, rider, expires).toString('hex')}`
}

/** Whose token it claims to be; undefined when it is none or has expired. Believe it only after `isTokenOf`. */
export function claimedRider(token: string, now: number): { readonly id: string; readonly expires: number } | undefined {
  const match = /^(r[0-9a-f]{24})\.(\d{10})\.[0-9a-f]{64}$/.exec(token)
  const expires = Number(match?.[2])
  return match?.[1] && expires > now ? { id: match[1], expires } : undefined
}

export function isTokenOf(keys: Keys, rider: Rider, token: string): boolean {
  const [, expires, given] = token.split('.')
  return timingSafeEqual(signature(keys, rider, Number(expires)), Buffer.from(given ?? '', 'hex').subarray(0, 32))
}

const signature = (keys: Keys, rider: Rider, expires: number) =>
  keys.sign(rider.operator, 'manage', `${rider.id}|${expires}|${rider.createdAt}|${rider.number}`)

/**
 * `RIDER.SIGNATURE` of the link by which a mail program ends everything with one POST (RFC 8058). The sender puts it into its mails; it can
 * only stop, and does not expire while the rider is there.
 */
export function claimedUnsubscriber(token: string): string | undefined {
  return /^(r[0-9a-f]{24})\.[0-9a-f]{64}$/.exec(token)?.[1]
}

export function isUnsubscribeTokenOf(keys: Keys, rider: Rider, token: string): boolean {
  const expected = keys.sign(rider.operator, 'unsubscribe', `${rider.id}|${rider.createdAt}|${rider.number}`)
  return timingSafeEqual(expected, Buffer.from(token.split('.')[1] ?? '', 'hex').subarray(0, 32))
}
