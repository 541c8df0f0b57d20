import type { Trip } from '#domain/frame'
import { type PackedStop, packedStopBytes, stopFlag, unpackStops } from '#domain/packedStops'

/**
 * A trip at a moment, as the rules see it. One reading of four words, the same as in test/replay/late.mjs:
 * - predicted: a stop with a delay that is not skipped; its time is the scheduled time + delay (departure, else arrival);
 * - running: the trip has left its first stop and has a predicted stop ahead. It has left when the first predicted time has come, or when the
 *   stops before the first predicted one are no longer in the feed (producers drop what is passed) and the timetable's departure has come;
 * - next stop: the first predicted stop whose time is not before the header's time;
 * - delay: the one predicted for the next stop.
 */
export interface TripView {
  readonly trip: Trip
  /** Seconds at the next stop. */
  readonly delay: number
  /** Index into the line's stops. */
  readonly nextStop: number
  /** Predicted time at the next stop, and at the last predicted one. */
  readonly nextAt: number
  readonly lastAt: number
}

/** undefined: not running, or nothing is predicted for it. */
export function runningAt(trip: Trip, now: number): TripView | undefined {
  const view = new DataView(trip.stops.buffer, trip.stops.byteOffset, trip.stops.byteLength)
  let next: { stop: number; at: number; delay: number } | undefined
  let first = 0
  let passedDropped = false
  let lastAt = 0
  for (let at = 0; at + packedStopBytes <= view.byteLength; at += packedStopBytes) {
    const time = predictedAt(view, at)
    if (time === undefined) {
      if (!first && !(view.getUint8(at + 2) & stopFlag.skipped)) passedDropped = true
      continue
    }
    if (!first) {
      first = time
      passedDropped ||= trip.start > 0 && view.getUint32(at + 4, true) > trip.start && at === 0
    }
    lastAt = time
    if (!next && time >= now) next = { stop: view.getUint16(at, true), at: time, delay: view.getInt32(at + 8, true) }
  }
  if (!next) return undefined
  const left = first <= now || (passedDropped && trip.start > 0 && trip.start <= now)
  return left ? { trip, delay: next.delay, nextStop: next.stop, nextAt: next.at, lastAt } : undefined
}

/** Epoch seconds, or undefined when nothing is predicted there. */
function predictedAt(view: DataView, at: number): number | undefined {
  const flags = view.getUint8(at + 2)
  const scheduled = view.getUint32(at + 4, true)
  if (scheduled === 0 || !(flags & stopFlag.hasDelay) || flags & (stopFlag.skipped | stopFlag.noData)) return undefined
  return scheduled + view.getInt32(at + 8, true)
}

export const isPredicted = (s: PackedStop): boolean =>
  s.scheduled > 0 && (s.flags & stopFlag.hasDelay) !== 0 && (s.flags & (stopFlag.skipped | stopFlag.noData)) === 0

/** The feed says something about its times, be they past or to come. */
export const hasPrediction = (trip: Trip): boolean => unpackStops(trip.stops).some(isPredicted)

/** Every stop is skipped: cancelled in all but name (some producers write it so). */
export function allSkipped(trip: Trip): boolean {
  if (trip.stops.byteLength < packedStopBytes) return false
  for (let at = 2; at < trip.stops.byteLength; at += packedStopBytes) if (!((trip.stops[at] ?? 0) & stopFlag.skipped)) return false
  return true
}

export const isCancelled = (trip: Trip): boolean => trip.relation === 'CANCELED' || allSkipped(trip)
