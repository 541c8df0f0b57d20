import { IntColumn, FloatColumn } from './columns'
import type { StopTimes, Stops } from './timetable'

/** The rows of stop_times.txt as they stand in the file. */
export class StopTimeRows {
  readonly trip = new IntColumn()
  readonly stop = new IntColumn()
  readonly sequence = new IntColumn()
  /** Seconds, -1 when blank. */
  readonly arrival = new IntColumn()
  readonly departure = new IntColumn()
  /** shape_dist_traveled, NaN when blank. */
  readonly distance = new FloatColumn()
}

/** Sorts the rows by trip and sequence (files come in any order) and fills the blank times in. */
export function arrangeStopTimes(rows: StopTimeRows, tripCount: number, stops: Stops): { times: StopTimes; first: Int32Array } {
  const first = offsets(rows.trip, tripCount)
  const order = arranged(rows, first)
  const column = (values: IntColumn) => Int32Array.from(order, (row) => values.at(row))
  const times = {
    stop: column(rows.stop),
    sequence: column(rows.sequence),
    arrival: column(rows.arrival),
    departure: column(rows.departure),
  }
  for (let trip = 0; trip < tripCount; trip++) {
    const from = first[trip] as number
    const to = first[trip + 1] as number
    mirror(times, from, to)
    interpolate(times, from, to, (at) => position(rows, order, stops, from, at))
  }
  return { times, first }
}

function offsets(trip: IntColumn, tripCount: number): Int32Array {
  const first = new Int32Array(tripCount + 1)
  for (let row = 0; row < trip.length; row++) first[trip.at(row) + 1] = (first[trip.at(row) + 1] as number) + 1
  for (let t = 0; t < tripCount; t++) first[t + 1] = (first[t + 1] as number) + (first[t] as number)
  return first
}

function arranged(rows: StopTimeRows, first: Int32Array): Int32Array {
  const order = new Int32Array(rows.trip.length)
  const next = first.slice()
  for (let row = 0; row < rows.trip.length; row++) {
    const trip = rows.trip.at(row)
    order[next[trip] as number] = row
    next[trip] = (next[trip] as number) + 1
  }
  for (let trip = 0; trip + 1 < first.length; trip++) sortBySequence(order.subarray(first[trip], first[trip + 1]), rows.sequence)
  return order
}

function sortBySequence(order: Int32Array, sequence: IntColumn): void {
  for (let i = 1; i < order.length; i++) {
    if (sequence.at(order[i] as number) < sequence.at(order[i - 1] as number)) {
      order.sort((a, b) => sequence.at(a) - sequence.at(b))
      return
    }
  }
}

/** One of the two times stands for both. */
function mirror(times: StopTimes, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    if ((times.arrival[at] as number) < 0) times.arrival[at] = times.departure[at] as number
    if ((times.departure[at] as number) < 0) times.departure[at] = times.arrival[at] as number
  }
}

/** Blank times lie between their timed neighbours in proportion to the way (GTFS best practice; by count where no way is known). */
function interpolate(times: StopTimes, from: number, to: number, positionOf: (at: number) => number): void {
  let timed = from
  for (let at = from; at < to; at++) {
    if ((times.arrival[at] as number) < 0) continue
    if (at - timed > 1 && (times.departure[timed] as number) >= 0) fill(times, timed, at, positionOf)
    timed = at
  }
}

function fill(times: StopTimes, before: number, after: number, positionOf: (at: number) => number): void {
  const start = times.departure[before] as number
  const span = (times.arrival[after] as number) - start
  const [a, b] = [positionOf(before), positionOf(after)]
  for (let at = before + 1; at < after; at++) {
    const share = b > a ? (positionOf(at) - a) / (b - a) : (at - before) / (after - before)
    const time = Math.round(start + span * Math.min(1, Math.max(0, share)))
    times.arrival[at] = time
    times.departure[at] = time
  }
}

/** How far along the trip a stop lies: shape_dist_traveled where given, else the straight lines between the stops in metres. */
function position(rows: StopTimeRows, order: Int32Array, stops: Stops, from: number, at: number): number {
  const given = rows.distance.at(order[at] as number)
  if (!Number.isNaN(given)) return given
  let metres = 0
  for (let i = from + 1; i <= at; i++) {
    metres += between(stops, rows.stop.at(order[i - 1] as number), rows.stop.at(order[i] as number))
  }
  return metres
}

function between(stops: Stops, a: number, b: number): number {
  const metresADegree = 111_320
  const north = ((stops.lat[b] as number) - (stops.lat[a] as number)) * metresADegree
  const east = ((stops.lon[b] as number) - (stops.lon[a] as number)) * metresADegree * Math.cos(((stops.lat[a] as number) * Math.PI) / 180)
  return Math.hypot(north, east) || 0
}
