import { parseWebhookAddress } from '#channels/webhookAddress'
import type { Rider } from '#domain/rider'
import type { ContactPoint } from './riderDesk'

/** Everything that is kept of a rider, readable: the right to a copy (GDPR, Articles 15 and 20). */
export function ownData(rider: Rider, at: ContactPoint | undefined): object {
  const [address] = rider.addresses
  return {
    operator: rider.operator,
    id: rider.id,
    number: rider.number,
    language: rider.language,
    since: iso(rider.createdAt),
    pausedUntil: iso(rider.pausedUntil),
    addresses: at
      ? [
          {
            channel: at.channel,
            address: parseWebhookAddress(at.address)?.url ?? at.address,
            confirmed: address?.confirmed,
            stopped: address?.stopped,
          },
        ]
      : [],
    subscriptions: rider.subscriptions,
    consents: rider.consents.map((c) => ({ at: iso(c.at), source: c.source, given: c.given })),
  }
}

const iso = (seconds: number) => (seconds > 0 ? new Date(seconds * 1000).toISOString() : null)
