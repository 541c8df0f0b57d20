import { type Scope, bothDirections, lineScope } from '#domain/disruption'
import { unpackStops } from '#domain/packedStops'
import type { LineView } from './lineRule'
import type { Thresholds } from '#domain/detectionSettings'
import { isCancelled, isPredicted } from './tripView'

/** At most this share of a direction's stops: above it, the section is no shorter than the line to a rider. */
const concentrated = 0.5

/**
 * Where on the line it is late: the stops from the first to the last one at which any trip is predicted late. Only when one direction is
 * affected, the section is short, and at most of the stops outside a trip is predicted on time; else the whole direction.
 */
export function delaySection(view: LineView, direction: number, limits: Thresholds): Scope {
  const whole = lineScope(view.line, direction)
  const order = view.info?.directions.find((d) => d.id === direction)?.order
  if (direction === bothDirections || !order) return whole
  const { late, fine } = predictedStops(view, direction, limits)
  const places = order.map((stop, place) => (late.has(stop) ? place : -1)).filter((place) => place >= 0)
  const [first, last] = [places[0] ?? 0, places.at(-1) ?? order.length - 1]
  const outside = order.filter((_, place) => place < first || place > last)
  const known = places.length > 1 && [...late].every((stop) => order.includes(stop))
  const short = last - first + 1 <= order.length * concentrated
  if (!known || !short || outside.filter((stop) => fine.has(stop)).length < outside.length / 2) return whole
  return { ...whole, fromStop: stopId(view, order[first]), toStop: stopId(view, order[last]) }
}

function predictedStops(view: LineView, direction: number, limits: Thresholds) {
  const late = new Set<number>()
  const fine = new Set<number>()
  for (const trip of view.trips.values()) {
    if (!trip.joined || trip.direction !== direction || isCancelled(trip)) continue
    for (const s of unpackStops(trip.stops)) {
      if (!isPredicted(s) || s.scheduled + s.delay < view.now) continue
      if (s.delay >= limits.lateSeconds) late.add(s.stop)
      else if (s.delay < limits.clearSeconds) fine.add(s.stop)
    }
  }
  return { late, fine }
}

const stopId = (view: LineView, index: number | undefined): string => (index === undefined ? '' : (view.info?.stops[index]?.id ?? ''))
