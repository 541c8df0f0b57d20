import type { Plan } from './listedStops'
import { type Network, noStop, placeOf } from './network'
import type { Run } from './run'
import type { TripUpdateColumns } from './tripUpdate'

/**
 * A REPLACEMENT against the trip that it replaces: a stop that it keeps has its scheduled time, one that it leaves out is not served. Stops
 * before the first one listed count as left out only while they are ahead: some producers drop what is passed, though the list should be whole.
 */
export function replacementPlan(network: Network, run: Run, updates: TripUpdateColumns, feedTime: number): Plan {
  const { trips, times, stops } = network.timetable
  const end = trips.first[run.trip + 1] as number
  let next = trips.first[run.trip] as number
  let begun = false
  let between: number[] = []
  const departure = (row: number) => run.zero + (times.departure[row] as number)
  return {
    planned(update) {
      const stop = stops.ids.find(updates.bytes, updates.stopStart[update], updates.stopEnd[update])
      const at = stop < 0 ? -1 : rowAt(network, next, end, stop)
      between = []
      if (at < 0) return 0
      for (let row = next; row < at; row++) if (begun || departure(row) > feedTime) between.push(row)
      next = at + 1
      begun = true
      return departure(at)
    },
    leftOut(update) {
      if (update === updates.count) between = begun ? Array.from({ length: end - next }, (_, i) => next + i) : []
      return between.flatMap((row) => {
        const stop = network.stopOfRow[row] as number
        return stop === noStop ? [] : [{ stop, scheduled: departure(row) }]
      })
    },
  }
}

/** The next row at the stop or at another platform of its station. */
function rowAt({ timetable }: Network, from: number, end: number, stop: number): number {
  for (let row = from; row < end; row++)
    if (placeOf(timetable, timetable.times.stop[row] as number) === placeOf(timetable, stop)) return row
  return -1
}
