import type { Language } from '#domain/operator'
import { type ChannelName, type Rider, type Subscription, lineScopeKey } from '#domain/rider'

/** Pure changes of a rider's record. `at`: epoch seconds; `source`: where consent was given, e.g. chat:telegram. */
export const maxSubscriptions = 50

export const allLine = (line: string, channel: ChannelName): Subscription => ({
  scope: lineScopeKey(line),
  direction: 2,
  fromStop: '',
  toStop: '',
  windows: [],
  minSeverity: 'INFO',
  minDelay: 0,
  channel,
  fromHour: 0,
  untilHour: 0,
})

/** Adds them; a scope that is there already gets the new filters. Consent is recorded when it was not standing. */
export function subscribed(rider: Rider, added: readonly Subscription[], at: number, source: string): Rider {
  const scopes = new Set(added.map((s) => s.scope))
  const kept = isStopped(rider) ? [] : rider.subscriptions.filter((s) => !scopes.has(s.scope))
  return resumed({ ...rider, subscriptions: [...kept, ...added].slice(0, maxSubscriptions) }, at, source)
}

/** Exactly these from now on. */
export const replaced = (rider: Rider, subscriptions: readonly Subscription[]): Rider => ({
  ...rider,
  subscriptions: subscriptions.slice(0, maxSubscriptions),
})

export const unsubscribed = (rider: Rider, scopes: readonly string[]): Rider => ({
  ...rider,
  subscriptions: rider.subscriptions.filter((s) => !scopes.includes(s.scope)),
})

/** Nothing is sent to any address; the subscriptions stay, for a later start. */
export function stopped(rider: Rider, at: number, source: string): Rider {
  if (isStopped(rider)) return rider
  const consents = [...rider.consents, { at, source, given: false }]
  return { ...rider, consents, addresses: rider.addresses.map((a) => ({ ...a, stopped: true })) }
}

/** As `stopped`, when a messenger says that an address is gone: the rider did not take consent back. */
export const unreachable = (rider: Rider, channel: ChannelName): Rider => ({
  ...rider,
  addresses: rider.addresses.map((a) => (a.channel === channel ? { ...a, stopped: true } : a)),
})

export function resumed(rider: Rider, at: number, source: string): Rider {
  if (!isStopped(rider) && rider.consents.at(-1)?.given) return rider
  const consents = [...rider.consents, { at, source, given: true }]
  return { ...rider, consents, addresses: rider.addresses.map((a) => ({ ...a, stopped: false })) }
}

/** Until then nothing is told; 0 ends the pause. */
export const paused = (rider: Rider, until: number): Rider => ({ ...rider, pausedUntil: until })

export const speaking = (rider: Rider, language: Language): Rider => ({ ...rider, language })

export const isStopped = (rider: Rider): boolean => rider.addresses.every((a) => a.stopped)
