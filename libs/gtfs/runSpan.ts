import type { Frequency, Timetable } from './timetable'

/** When a run starts and ends, in seconds after its service day's time zero. */
export interface Span {
  readonly first: number
  readonly last: number
}

export const firstDeparture = (timetable: Timetable, trip: number): number =>
  timetable.times.departure[timetable.trips.first[trip] as number] ?? 0

const lastArrival = (timetable: Timetable, trip: number): number =>
  timetable.times.arrival[(timetable.trips.first[trip + 1] as number) - 1] ?? 0

/** Of an ordinary trip by its stop times; at a headway from the start that the feed names, else over all its windows. */
export function spanOf(timetable: Timetable, trip: number, startTime: number): Span {
  const [first, last] = [firstDeparture(timetable, trip), lastArrival(timetable, trip)]
  const windows = timetable.frequencies.get(trip)
  if (!windows) return { first, last }
  if (startTime >= 0) return { first: startTime, last: startTime + last - first }
  return { first: Math.min(...windows.map((w) => w.start)), last: Math.max(...windows.map((w) => w.end)) + last - first }
}

const aDay = 24 * 3600

/** The start of a run at a headway, as its windows count: producers write 01:10:00 for 25:10:00. */
export function windowedStart(windows: readonly Frequency[] | undefined, startTime: number): number {
  if (!windows || startTime < 0 || windows.some((w) => isIn(w, startTime))) return startTime
  return windows.some((w) => isIn(w, startTime + aDay)) ? startTime + aDay : startTime
}

export const isIn = (window: Frequency, startTime: number): boolean => startTime >= window.start && startTime < window.end
