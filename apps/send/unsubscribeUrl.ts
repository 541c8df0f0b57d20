import type { Rider } from '#domain/rider'
import type { Keys } from '#service/keys'

/** Where one POST ends everything (RFC 8058); unlike the manage link it does not expire. Signed for purpose `unsubscribe`. */
export function unsubscribeUrl(publicUrl: string | undefined, keys: Keys, rider: Rider): string | undefined {
  if (!publicUrl) return undefined
  const signature = keys.sign(rider.operator, 'unsubscribe', `${rider.id}|${rider.createdAt}|${rider.number}`).toString('hex')
  return `${publicUrl.replace(/\/+$/, '')}/r/${rider.operator}/unsubscribe?t=${rider.id}.${signature}`
}
