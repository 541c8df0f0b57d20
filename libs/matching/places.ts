import { type Scope, bothDirections, lineScope } from '#domain/disruption'
import type { Line } from '#domain/line'
import { lineScopeKey } from '#domain/rider'
import type { Facts } from './facts'

/** Lines of one operator, by id. */
export type Lines = ReadonlyMap<string, Line>

/** Where subscribers may stand, with the scopes that concern them there. */
export interface Place {
  /** As in a subscription: `line:tram-3`, `topic:air`, `station:hbf`. */
  readonly scope: string
  readonly line: Line | undefined
  readonly scopes: readonly Scope[]
}

/** The name under which the store keeps the subscriptions of an operator's scope. */
export const pageScope = (operator: string, scope: string): string => `${operator}/${scope}`

/**
 * The places that a disruption touches, each once. A stop without a line reaches its station's subscribers and every line that calls there,
 * but a lift that fails only the former: it would concern few of those who ride through.
 */
export function placesTouched(facts: Facts, lines: Lines): Place[] {
  const places = new Map<string, Place>()
  const add = (scope: string, line: Line | undefined, by: Scope) => {
    places.set(scope, { scope, line, scopes: [...(places.get(scope)?.scopes ?? []), by] })
  }
  const scopes = facts.scopes.length > 0 ? facts.scopes : [...lines.keys()].map((line) => lineScope(line, bothDirections))
  for (const scope of scopes) {
    if (scope.line !== '') add(lineScopeKey(scope.line), lines.get(scope.line), scope)
    else if (scope.topic !== '') add(`topic:${scope.topic}`, undefined, scope)
    else if (scope.stop !== '') addStop(facts, lines, scope, add)
  }
  return [...places.values()]
}

function addStop(facts: Facts, lines: Lines, scope: Scope, add: (scope: string, line: Line | undefined, by: Scope) => void): void {
  add(`station:${scope.stop}`, undefined, scope)
  if (facts.effect === 'ACCESSIBILITY_ISSUE') return
  for (const line of lines.values()) {
    if (line.stops.some((stop) => stop.id === scope.stop)) add(lineScopeKey(line.id), line, scope)
  }
}
