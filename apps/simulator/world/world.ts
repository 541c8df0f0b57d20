import type { City } from '../plan/plan'
import type { Incident } from '../story/incident'
import { incidentsWithin } from '../story/story'
import type { Story } from '../story/storyTime'
import { type Trip, departuresBetween } from '../timetable/trips'
import { type Disturbance, cancelledAhead, disturbanceOf } from './disturbance'
import { predictedAt, predictionNoise, usualDelay } from './usualDelay'

/** The city at an instant: a pure function of the story and the time, so that it goes on while no process runs. */
export interface World {
  readonly city: City
  /** Epoch seconds. */
  readonly at: number
  readonly trips: readonly RunningTrip[]
  /** Those that are felt now, the ones just over included. */
  readonly incidents: readonly Incident[]
}

export interface RunningTrip {
  readonly trip: Trip
  readonly state: 'waiting' | 'running' | 'cancelled'
  /** Index of the next stop that the vehicle has not left. */
  readonly next: number
  /** Seconds since the departure that the vehicle has covered, on the timetable's scale. */
  readonly progress: number
  /** Seconds late, as predicted for the stops ahead. */
  readonly delay: number
  /** When the prediction was made, epoch seconds. */
  readonly predictedAt: number
}

/** Trips are in the feed from five minutes before they leave. */
const ahead = 5 * 60
/** A trip is over this long after its last stop at the latest. */
const behind = 5 * 60
/** A trip that an incident cancelled stays cancelled until it would have ended. */
const aftermath = 75 * 60

export function worldAt(city: City, story: Story, at: number): World {
  const incidents = incidentsWithin(story, at - aftermath, at).filter((i) => i.operator === city.operator)
  const trips = city.lines.flatMap((line) => {
    const duration = line.offsets.at(-1) ?? 0
    const candidates = departuresBetween(line, story.seed, at - duration - behind, at + cancelledAhead)
    return candidates.flatMap((trip) => stateOf(trip, story.seed, disturbanceOf(trip, story.seed, incidents, at), at) ?? [])
  })
  return { city, at, trips, incidents }
}

/** undefined: not in the feed yet, or no more. */
function stateOf(trip: Trip, seed: string, disturbance: Disturbance, at: number): RunningTrip | undefined {
  if (disturbance.cancelled) return cancelledTrip(trip, disturbance, at)
  if (trip.departure > at + ahead && !disturbance.restored) return undefined
  const madeAt = predictedAt(trip, seed, at)
  const usual = usualDelay(trip, seed)
  const progress = at - trip.departure - usual - disturbance.lag
  const next = trip.offsets.findIndex((offset) => offset > progress)
  if (next === -1) return undefined
  return {
    trip,
    state: progress < 0 ? 'waiting' : 'running',
    next,
    progress,
    delay: delayOf(disturbance, usual, predictionNoise(trip, seed, madeAt)),
    predictedAt: Math.max(madeAt, Math.floor(disturbance.since)),
  }
}

/** The control centre's prediction replaces the usual one, and errs less. */
function delayOf({ predicted, lag }: Disturbance, usual: number, noise: number): number {
  return predicted === undefined ? usual + noise + Math.round(lag) : predicted + Math.round(noise / 2)
}

/** A cancelled trip stays in the feed while it would run. */
function cancelledTrip(trip: Trip, { since }: Disturbance, at: number): RunningTrip | undefined {
  if (trip.departure + (trip.offsets.at(-1) ?? 0) < at) return undefined
  return { trip, state: 'cancelled', next: 0, progress: 0, delay: 0, predictedAt: Math.floor(since) }
}

/** Epoch seconds at which a vehicle is predicted at a stop ahead: never before now, never before the stop before it. */
export function predictedTimes(running: RunningTrip, at: number): number[] {
  let earliest = at
  return running.trip.offsets.slice(running.next).map((offset) => {
    earliest = Math.max(earliest, running.trip.departure + offset + running.delay)
    return earliest
  })
}
