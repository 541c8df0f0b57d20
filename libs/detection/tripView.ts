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

/** undefined: not running, or nothing is predicted for it. Asked of every trip at every tick, so it reads no more stops than it must. */
export function runningAt(trip: Trip, now: number): TripView | undefined {
  if (trip.start > now + earliestSeconds) return undefined
  const view = new DataView(trip.stops.buffer, trip.stops.byteOffset, trip.stops.byteLength)
  let first = 0
  let passedDropped = false
  for (let at = 0; at + packedStopBytes <= view.byteLength; at += packedStopBytes) {
    const time = predictedAt(view, at)
    if (time === undefined) {
      if (!first && !(view.getUint8(at + 2) & stopFlag.skipped)) passedDropped = true
      continue
    }
    if (!first) {
      first = time
      passedDropped ||= trip.start > 0 && view.getUint32(at + 4, true) > trip.start && at === 0
      if (first > now && !(passedDropped && trip.start > 0 && trip.start <= now)) return undefined
    }
    if (time < now) continue
    return { trip, delay: view.getInt32(at + 8, true), nextStop: view.getUint16(at, true), nextAt: time, lastAt: lastPredicted(view, time) }
  }
  return undefined
}

/** No trip is believed that is predicted earlier than this before its time (libs/gtfs rejects it). */
const earliestSeconds = 3600

function lastPredicted(view: DataView, otherwise: number): number {
  for (let at = view.byteLength - packedStopBytes; at >= 0; at -= packedStopBytes) {
    const time = predictedAt(view, at)
    if (time !== undefined) return time
  }
  return otherwise
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
