import { chance } from '../chance'
import type { Trip } from '../timetable/trips'

/** How long a prediction stays as it is; trips change at different times, so that a snapshot differs from the one before in a part only. */
const predictionSeconds = 30

/** Seconds that a trip is late (or early, below zero) on an ordinary day: −20 to 60, mostly little. */
export function usualDelay(trip: Trip, seed: string): number {
  const spread = chance(seed, trip.id, trip.date, 'usual') + chance(seed, trip.id, trip.date, 'more')
  return Math.round(-20 + 40 * spread)
}

/** When the prediction that holds at an instant was made, epoch seconds. */
export function predictedAt(trip: Trip, seed: string, at: number): number {
  const phase = Math.floor(chance(seed, trip.id, 'phase') * predictionSeconds)
  return Math.floor((at + phase) / predictionSeconds) * predictionSeconds - phase
}

/** A prediction errs by up to 25 seconds, differently each time it is made. */
export function predictionNoise(trip: Trip, seed: string, madeAt: number): number {
  return Math.round(50 * chance(seed, trip.id, trip.date, madeAt) - 25)
}
