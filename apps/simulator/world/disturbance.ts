import { chance } from '../chance'
import { type Incident, isActive } from '../story/incident'
import type { Trip } from '../timetable/trips'
import { usualDelay } from './usualDelay'

/** What the incidents do to one trip at an instant; seconds. */
export interface Disturbance {
  /** How long the vehicle has really stood: it lags so far behind. */
  readonly lag: number
  /** What the control centre predicts for the stops ahead; undefined: nothing unusual but the lag. */
  readonly predicted: number | undefined
  readonly cancelled: boolean
  /** It was cancelled and runs after all: in the feed from now on, so that everybody hears of it. */
  readonly restored: boolean
  /** Since when the prediction is like this, epoch seconds; 0: not disturbed. */
  readonly since: number
}

export const undisturbed: Disturbance = { lag: 0, predicted: undefined, cancelled: false, restored: false, since: 0 }

/** A blocked vehicle creeps on after this time, so that it is soon on time again when the line is free. */
const longestLag = 50
/** Trips that leave within this time of a cancellation's begin are hit by it. */
export const cancelledAhead = 20 * 60
const shareCancelled = 0.7

/** A line has one incident at a time; the effects of an earlier one are gone before the next. */
export function disturbanceOf(trip: Trip, seed: string, incidents: readonly Incident[], at: number): Disturbance {
  const own = incidents.filter((incident) => incident.start <= at && incident.lines.some((line) => line.id === trip.line.id))
  for (const incident of own.toReversed()) {
    const effect = incident.kind === 'CANCELLED' ? cancellation(incident, trip, at) : delayBy(incident, trip, seed, at)
    if (effect !== undisturbed) return effect
  }
  return undisturbed
}

/** Who should have left while it lasted does not run at all; the others run again when it is over. */
function cancellation(incident: Incident, trip: Trip, at: number): Disturbance {
  if (!isCancelled(incident, trip)) return undisturbed
  const cancelled = isActive(incident, at) || trip.departure <= incident.end
  return { ...undisturbed, cancelled, restored: !cancelled, since: cancelled ? incident.start : incident.end }
}

function delayBy(incident: Incident, trip: Trip, seed: string, at: number): Disturbance {
  if (incident.kind !== 'DELAY' || at > incident.end + 2 * longestLag || hasPassed(incident, trip, seed)) return undisturbed
  const lag = lagOf(incident, at)
  const step = isActive(incident, at) ? incident.steps.findLast((s) => s.at <= at) : undefined
  if (!step) return lag > 0 ? { ...undisturbed, lag, since: incident.end } : undisturbed
  const share = chance(incident.id, trip.id, trip.date)
  return { ...undisturbed, lag, predicted: Math.round(step.low + share * (step.high - step.low)), since: step.at }
}

/** A vehicle that was behind the blocked section when it was closed goes on undisturbed. */
function hasPassed({ section, start }: Incident, trip: Trip, seed: string): boolean {
  if (!section) return false
  const last = trip.direction === 0 ? section.to : trip.stops.length - 1 - section.from
  return trip.departure + (trip.offsets[last] ?? 0) + usualDelay(trip, seed) <= start
}

/** Grows with the time that the line is blocked, and shrinks half as fast afterwards: the vehicle never goes back. */
function lagOf(incident: Incident, at: number): number {
  const grown = Math.min(longestLag, Math.min(at, incident.end) - incident.start)
  return Math.max(0, at > incident.end ? grown - (at - incident.end) / 2 : grown)
}

/** All trips of the way there, so that there are some for sure, and most of the way back. */
function isCancelled(incident: Incident, trip: Trip): boolean {
  const ahead = trip.departure - incident.start
  return ahead > 0 && ahead <= cancelledAhead && (trip.direction === 0 || chance(incident.id, trip.id, trip.date) < shareCancelled)
}
