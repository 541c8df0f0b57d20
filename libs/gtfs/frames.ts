import type { Trip } from '#domain/frame'
import type { RunAt, TripState } from './tripState'

/** Key frames of a line come every ten minutes of feed time, those of different lines at different moments. */
export const keyEverySeconds = 600

/** What a snapshot changed on one line. */
export interface LineChange {
  readonly changed: Trip[]
  readonly gone: string[]
}

/** A trip of a snapshot with its line. */
export interface Placed {
  readonly line: number
  readonly trip: Trip
  readonly at: RunAt
}

/** Runs by key; of two updates about one run the newer stands, else the later. `twice` is called for each one left out. */
export function runsOf(states: Iterable<TripState>, twice: () => void): Map<string, Placed> {
  const runs = new Map<string, Placed>()
  const stamps = new Map<Placed, number>()
  for (const { outcome, timestamp } of states) {
    if (outcome.kind !== 'trip') continue
    const { key } = outcome.trip
    const rival = runs.get(key)
    if (rival) twice()
    if (rival && timestamp < (stamps.get(rival) ?? 0)) continue
    stamps.set(outcome, timestamp || (rival ? (stamps.get(rival) ?? 0) : 0))
    runs.set(key, outcome)
  }
  return runs
}

/** By line: runs that are new or differ, and keys of those that are no longer there. */
export function compareRuns(before: ReadonlyMap<string, Placed>, now: ReadonlyMap<string, Placed>): Map<number, LineChange> {
  const changes = new Map<number, LineChange>()
  const of = (line: number): LineChange => {
    let change = changes.get(line)
    if (!change) changes.set(line, (change = { changed: [], gone: [] }))
    return change
  }
  for (const [key, run] of now) if (before.get(key) !== run) of(run.line).changed.push(run.trip)
  for (const [key, run] of before) if (now.get(key)?.line !== run.line) of(run.line).gone.push(key)
  return changes
}

/** Runs grouped by line. */
export function byLine(runs: Iterable<Placed>): Map<number, Trip[]> {
  const lines = new Map<number, Trip[]>()
  for (const { line, trip } of runs) {
    const trips = lines.get(line)
    if (trips) trips.push(trip)
    else lines.set(line, [trip])
  }
  return lines
}

/** Which ten minutes of a line a moment lies in: its key frame is due when the number changes. */
export const keySlot = (line: number, feedTime: number): number =>
  Math.floor((feedTime + ((line * 97) % keyEverySeconds)) / keyEverySeconds)
