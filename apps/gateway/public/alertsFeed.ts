import { transit_realtime as gtfs } from 'gtfs-realtime-bindings'
import { type Disruption, type Period, type Scope, type Severity, bothDirections } from '#domain/disruption'
import type { Line } from '#domain/line'
import type { Language } from '#domain/operator'

/** What an alert of the feed is made from. */
export interface FeedAlert {
  readonly disruption: Disruption
  readonly texts: readonly { readonly language: Language; readonly headline: string; readonly body: string }[]
}

/**
 * The public, open disruptions as GTFS-realtime Alerts (reference v2.0 with communication_period and impact_period of 2025). `timestamp`:
 * epoch seconds. A disruption of the whole operator names its agency by every line's routes.
 */
export function alertsFeed(
  alerts: readonly FeedAlert[],
  linesOf: (operator: string) => readonly Line[],
  timestamp: number,
): gtfs.FeedMessage {
  return gtfs.FeedMessage.fromObject({
    header: { gtfsRealtimeVersion: '2.0', incrementality: 'FULL_DATASET', timestamp },
    entity: [...alerts]
      .sort((a, b) => a.disruption.openedAt - b.disruption.openedAt || (a.disruption.id < b.disruption.id ? -1 : 1))
      .map((alert) => ({ id: alert.disruption.id, alert: alertOf(alert, linesOf(alert.disruption.operator)) })),
  })
}

/** The feed as JSON: the same message, enums by name. */
export const feedJson = (feed: gtfs.FeedMessage): object => gtfs.FeedMessage.toObject(feed, { enums: String, longs: Number })

function alertOf({ disruption: d, texts }: FeedAlert, lines: readonly Line[]) {
  const impact = d.impact.length > 0 ? d.impact : [{ start: d.openedAt, end: 0 }]
  return {
    activePeriod: [range({ start: d.communication.start || d.openedAt, end: d.communication.end })],
    communicationPeriod: [range({ start: d.communication.start || d.openedAt, end: d.communication.end })],
    impactPeriod: impact.map(range),
    informedEntity: entities(d.scopes, lines),
    cause: d.cause,
    effect: d.effect,
    severityLevel: severityLevel[d.severity],
    headerText: { translation: texts.map((t) => ({ language: t.language, text: t.headline })) },
    descriptionText: { translation: texts.map((t) => ({ language: t.language, text: t.body })) },
  }
}

const severityLevel: Readonly<Record<Severity, string>> = { INFO: 'INFO', WARNING: 'WARNING', SEVERE: 'SEVERE' }

const range = (p: Period) => ({ ...(p.start ? { start: p.start } : {}), ...(p.end ? { end: p.end } : {}) })

function entities(scopes: readonly Scope[], lines: readonly Line[]) {
  const named =
    scopes.length > 0 ? scopes.flatMap((s) => entitiesOf(s, lines)) : lines.flatMap((l) => l.routes.map((routeId) => ({ routeId })))
  return named.length > 0 ? named : [{ routeType: 3 }]
}

/** One selector a route and stop of the section; a line-wide scope is a selector a route, not one a stop. */
function entitiesOf(scope: Scope, lines: readonly Line[]): gtfs.IEntitySelector[] {
  const line = lines.find((l) => l.id === scope.line)
  const direction = scope.direction === bothDirections ? {} : { directionId: scope.direction }
  const stops = sectionStops(scope, line)
  if (!line) return stops.map((stopId) => ({ stopId }))
  if (stops.length === 0) return line.routes.map((routeId) => ({ routeId, ...direction }))
  return line.routes.flatMap((routeId) => stops.map((stopId) => ({ routeId, ...direction, stopId })))
}

/** The stops that a scope names: one, or a section in the order of the line's directions. */
function sectionStops(scope: Scope, line: Line | undefined): string[] {
  if (scope.stop) return [scope.stop]
  if (!scope.fromStop || !line) return []
  const directions = line.directions.filter((d) => scope.direction === bothDirections || d.id === scope.direction)
  const found = directions.flatMap((d) =>
    between(
      d.order.map((i) => line.stops[i]?.id ?? ''),
      scope.fromStop,
      scope.toStop,
    ),
  )
  return found.length > 0 ? [...new Set(found)] : [scope.fromStop, scope.toStop].filter(Boolean)
}

function between(order: readonly string[], from: string, to: string): string[] {
  const [a, b] = [order.indexOf(from), order.indexOf(to)]
  return a < 0 || b < 0 ? [] : order.slice(Math.min(a, b), Math.max(a, b) + 1)
}
