import { type Disruption, type Revision, lineScope } from '#domain/disruption'
import type { Rider, Subscription } from '#domain/rider'
import { mayHear } from '#matching/mayHear'
import { lineOf } from './cityLine'

const lines = new Map(['tram-1', 'tram-3'].map((id) => [id, lineOf(id, ['A', 'B'])]))
const morning = [{ days: 127, from: 7 * 60, until: 8 * 60 }]
const subscription = { scope: 'line:tram-3', windows: morning } as unknown as Subscription
const rider = (subscriptions: readonly Subscription[]) => ({ subscriptions }) as unknown as Rider
const disruption = (...scopes: Revision['scopes'][]) =>
  ({ operator: 'lindenau', scopes: [], revisions: scopes.map((s) => ({ scopes: s })) }) as unknown as Disruption
const at = (time: string): number => Date.parse(`2026-01-05T${time}Z`) / 1000
const onLine3 = disruption([lineScope('tram-3')])
const hears = (subscriptions: readonly Subscription[], d: Disruption, time: string) =>
  mayHear(rider(subscriptions), d, lines, at(time), 'UTC')

test('within the window and the hour after it', () => {
  expect(['06:59:00', '07:00:00', '08:59:59', '09:00:00'].map((t) => hears([subscription], onLine3, t))).toEqual([false, true, true, false])
})

test('who has left the line hears no more; who stayed hears the end of what has moved on to another line', () => {
  expect(hears([{ ...subscription, scope: 'line:tram-1' }], onLine3, '07:30:00')).toBe(false)
  expect(hears([subscription], disruption([lineScope('tram-3')], [lineScope('tram-1')]), '07:30:00')).toBe(true)
})

test('news of the whole operator, and of a stop, reach the lines there', () => {
  expect(hears([subscription], disruption([]), '07:30:00')).toBe(true)
  expect(hears([subscription], disruption([{ ...lineScope(''), stop: 'B1' }]), '07:30:00')).toBe(true)
  expect(hears([subscription], disruption([{ ...lineScope(''), stop: 'Z1' }]), '07:30:00')).toBe(false)
})
