import type { Disruption } from '#domain/disruption'
import type { Rider } from '#domain/rider'
import { factsOf } from './facts'
import { type Lines, placesTouched } from './places'
import { duringWindows, withinWindowAndHour } from './schedule'

/**
 * Whether an update or all-clear may reach a rider who was told (now: epoch seconds): some subscription of his to a place that the
 * disruption touches, or touched in an earlier revision, has its window open or had within the last hour. A rider who has unsubscribed from
 * all of them hears no more.
 */
export function mayHear(rider: Rider, disruption: Disruption, lines: Lines, now: number, timezone: string): boolean {
  return mayHearOf(rider, placesEverTouched(disruption, lines), now, timezone)
}

/** The same for many riders of one disruption: `touched` by `placesEverTouched`. */
export function mayHearOf(rider: Rider, touched: ReadonlySet<string>, now: number, timezone: string): boolean {
  return rider.subscriptions.some(
    (s) => touched.has(s.scope) && (s.windows.length === 0 || withinWindowAndHour(duringWindows(s.windows), now, timezone)),
  )
}

/** Scopes of subscriptions that the disruption touches, or touched in an earlier revision. */
export function placesEverTouched(disruption: Disruption, lines: Lines): ReadonlySet<string> {
  const facts = factsOf(disruption)
  const scopes = [facts.scopes, ...disruption.revisions.map((revision) => revision.scopes)]
  return new Set(scopes.flatMap((scopes) => placesTouched({ ...facts, scopes }, lines).map((place) => place.scope)))
}
