import { type Scope, bothDirections } from '#domain/disruption'
import type { Line } from '#domain/line'

/** Where a stop stands in a direction of a line; -1: not in its order. */
export type Places = (direction: number, stop: string) => number

export function placesOf(line: Line | undefined): Places {
  return (direction, stop) => {
    const order = line?.directions.find((d) => d.id === direction)?.order ?? []
    return order.findIndex((index) => line?.stops[index]?.id === stop)
  }
}

/** Whether everybody who rides in `inner` also rides in `outer`; both directions may be covered one by one. */
export const covers = (outer: readonly Scope[], inner: readonly Scope[], places: Places): boolean =>
  inner.flatMap(oneWay).every((i) => outer.some((o) => coversOne(o, i, places)))

const oneWay = (scope: Scope): Scope[] =>
  scope.direction === bothDirections ? [0, 1].map((direction) => ({ ...scope, direction })) : [scope]

function coversOne(outer: Scope, inner: Scope, places: Places): boolean {
  if (outer.line !== inner.line || outer.topic !== inner.topic || outer.stop !== inner.stop) return false
  if (outer.direction !== bothDirections && outer.direction !== inner.direction) return false
  if (outer.fromStop === '') return true
  // A section of both directions names its ends once: in the other direction they come the other way round.
  const placed = (stops: Scope) => [stops.fromStop, stops.toStop].map((stop) => places(inner.direction, stop)).sort((a, b) => a - b)
  const [[start = -1, end = -1], [from = -1, to = -1]] = [placed(outer), placed(inner)]
  return start >= 0 && from >= start && to <= end
}

/** One step wider than what was told: a section becomes its whole direction, a direction the whole line. */
export function widened(told: readonly Scope[], now: readonly Scope[]): readonly Scope[] {
  const directions = new Set([...told, ...now].map((s) => s.direction))
  const direction = directions.size === 1 ? [...directions][0] : bothDirections
  return told.slice(0, 1).map((s) => ({ ...s, direction: direction ?? bothDirections, fromStop: '', toStop: '' }))
}
