import type { Timetable } from './timetable'

const secondsAnHour = 3600
const hoursADay = 24
export const allHours = 2 ** hoursADay - 1

/**
 * By route index: the hours of the day (bits, on the agency's clocks) in which any of its trips is under way, whatever its service days. Hours
 * after 24:00 belong to the morning; on the two days a year on which clocks change they may be one off.
 */
export function hoursOfRoutes(timetable: Timetable): Uint32Array {
  const { trips, times, frequencies } = timetable
  const hours = new Uint32Array(timetable.routes.length)
  for (let trip = 0; trip < trips.route.length; trip++) {
    const first = trips.first[trip] as number
    const last = (trips.first[trip + 1] as number) - 1
    if (last <= first) continue
    const [start, end] = [times.departure[first] as number, times.arrival[last] as number]
    const repeated = frequencies.get(trip)?.reduce((mask, f) => mask | hoursBetween(f.start, f.end + Math.max(0, end - start)), 0)
    const route = trips.route[trip] as number
    hours[route] = (hours[route] as number) | (repeated ?? hoursBetween(start, end))
  }
  return hours
}

/** Seconds after the service day's time zero; none where a time is missing. */
export function hoursBetween(start: number, end: number): number {
  if (start < 0 || end < start) return 0
  const from = Math.floor(start / secondsAnHour)
  const to = Math.floor(end / secondsAnHour)
  if (to - from >= hoursADay - 1) return allHours
  let mask = 0
  for (let hour = from; hour <= to; hour++) mask |= 1 << (hour % hoursADay)
  return mask
}
