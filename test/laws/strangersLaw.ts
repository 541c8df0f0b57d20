import type { Violation } from './check'
import type { Arrival, History } from './history'
import { byDelivery } from './keys'

/**
 * L2, second half, and L6: what a messenger got was meant for that rider. Something that another operator's rider got is a leak between
 * tenants (L6); else it is a message that nobody intended (L2).
 */
export function strangersLaw({ intents, arrivals }: History): Violation[] {
  const meant = new Set(intents.map(byDelivery))
  const owners = new Map<string, Set<string>>()
  for (const i of intents) owners.set(reached(i), (owners.get(reached(i)) ?? new Set()).add(i.operator))
  return arrivals.filter((a) => !meant.has(byDelivery(a))).map((a) => stranger(a, owners.get(reached(a))))
}

function stranger(a: Arrival, owners: ReadonlySet<string> | undefined): Violation {
  if (owners === undefined || owners.has(a.operator)) return { law: 'L2', detail: `${byDelivery(a)} came, and nobody had to hear it` }
  return { law: 'L6', detail: `${byDelivery(a)} went to a rider of ${[...owners].join(', ')}` }
}

const reached = (r: Pick<Arrival, 'channel' | 'address'>): string => `${r.channel}/${r.address}`
