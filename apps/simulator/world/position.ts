import type { Stop } from '../plan/plan'
import type { RunningTrip } from './world'

export interface Position {
  readonly x: number
  readonly y: number
  readonly lat: number
  readonly lon: number
  /** Degrees clockwise from north. */
  readonly bearing: number
  readonly standing: boolean
}

/** Seconds that a vehicle stands at a stop before it leaves. */
const dwell = 20

/** Where a running vehicle is: on the straight line between two stops; it brakes into the next one early enough to stand there for a moment. */
export function positionOf({ trip, next, progress }: RunningTrip): Position {
  const to = stopAt(trip.stops, next)
  const from = stopAt(trip.stops, Math.max(0, next - 1))
  const left = trip.offsets[Math.max(0, next - 1)] ?? 0
  const ride = Math.max(1, (trip.offsets[next] ?? 0) - left - dwell)
  const share = Math.min(1, Math.max(0, (progress - left) / ride))
  const between = (a: number, b: number) => a + (b - a) * share
  return {
    x: between(from.x, to.x),
    y: between(from.y, to.y),
    lat: between(from.lat, to.lat),
    lon: between(from.lon, to.lon),
    bearing: (Math.atan2(to.x - from.x, from.y - to.y) * (180 / Math.PI) + 360) % 360,
    standing: share === 1 || progress < 0,
  }
}

function stopAt(stops: readonly Stop[], index: number): Stop {
  const stop = stops[index]
  if (!stop) throw new Error(`no stop ${index}`)
  return stop
}
