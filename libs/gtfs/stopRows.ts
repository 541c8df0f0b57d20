import { StopPacker, stopFlag } from '#domain/packedStops'
import type { Network } from './network'
import { noStop, placeOf } from './network'
import type { Run } from './run'
import { type TripUpdateColumns, has, stopRelation } from './tripUpdate'

/** A delay above this, or a trip this early, is a defect of the feed and not a fact (De Lijn sent 7 h; OneBusAway drops from 1 h on). */
const latest = 4 * 3600
const earliest = -3600
export const isAbsurd = (delay: number): boolean => delay > latest || delay < earliest
/** time and delay of one stop may differ by so much before it is counted as a contradiction. */
const tolerance = 60

type Warn = (reason: string) => void

export interface StopsOfRun {
  readonly stops: Uint8Array
  /** Every stop is skipped: the trip is cancelled, whatever its relation says. */
  readonly allSkipped: boolean
  /** There were delays, and none of them could be believed. */
  readonly absurd: boolean
  /** Epoch seconds; 0 when unknown. */
  readonly start: number
  readonly end: number
}

const packer = new StopPacker()

const rowState = { none: 0, data: 1, skipped: 2, noData: 3 } as const

/**
 * The stops of a run that the timetable knows: all of them, past ones too, each with the delay that the feed gives it. Rules (GTFS-RT,
 * StopTimeUpdate): a delay holds on until the next update with data; SKIPPED does not end it, NO_DATA does; before the first update
 * nothing is known, unless the trip itself has a delay. `time` stands before `delay`. Times that do not rise are kept as they are: repairing
 * them would carry one bad stop over the rest of the trip.
 */
export function scheduledStops(
  network: Network,
  run: Run,
  updates: TripUpdateColumns,
  warn: Warn,
  /** Rows that a detour leaves out (tripModifications.ts); it stands above what the update says of them. */
  closed?: ReadonlySet<number>,
): StopsOfRun {
  const { trips, times } = network.timetable
  const first = trips.first[run.trip] as number
  const count = (trips.first[run.trip + 1] as number) - first
  const rows = placed(network, run, updates, first, count, warn)
  let flags: number = updates.delay === undefined || !run.timed ? 0 : stopFlag.hasDelay
  let delay = updates.delay ?? 0
  let skipped = 0
  for (let i = 0; i < count; i++) {
    const state = closed?.has(i) ? rowState.skipped : rows.state[i]
    if (state === rowState.skipped) skipped++
    else if (state === rowState.noData) flags = stopFlag.noData
    else if (state === rowState.data) {
      flags = stopFlag.hasDelay
      delay = rows.delay[i] as number
    }
    const stop = network.stopOfRow[first + i] as number
    if (stop === noStop) continue
    const own = state === rowState.skipped ? stopFlag.skipped : flags
    packer.push(stop, own, scheduled(network, run, first + i, i === count - 1), own & stopFlag.hasDelay ? delay : 0)
  }
  return {
    stops: packer.take(),
    allSkipped: count > 0 && skipped === count,
    absurd: rows.absurd && !rows.believed,
    start: run.timed && count > 0 ? run.zero + (times.departure[first] as number) : run.start,
    end: run.timed && count > 0 ? run.zero + (times.arrival[first + count - 1] as number) : 0,
  }
}

function scheduled(network: Network, run: Run, row: number, last: boolean): number {
  if (!run.timed) return 0
  const { times } = network.timetable
  return run.zero + ((last ? times.arrival[row] : times.departure[row]) as number)
}

interface Rows {
  readonly state: Uint8Array
  readonly delay: Int32Array
  absurd: boolean
  believed: boolean
}

const scratch = { state: new Uint8Array(256), delay: new Int32Array(256) }

/** One trip update on its way onto the rows of its trip: row r is the timetable's stop time `first` + r. */
interface Placing {
  readonly network: Network
  readonly run: Run
  readonly updates: TripUpdateColumns
  readonly first: number
  readonly count: number
  readonly rows: Rows
  readonly warn: Warn
}

/** Puts each update on its row of the timetable. */
function placed(network: Network, run: Run, updates: TripUpdateColumns, first: number, count: number, warn: Warn): Rows {
  if (count > scratch.state.length) Object.assign(scratch, { state: new Uint8Array(count * 2), delay: new Int32Array(count * 2) })
  scratch.state.fill(rowState.none, 0, count)
  const rows: Rows = { state: scratch.state, delay: scratch.delay, absurd: false, believed: false }
  const placing: Placing = { network, run, updates, first, count, rows, warn }
  const order = sorted(updates, warn)
  let previous = -1
  for (let k = 0; k < updates.count; k++) {
    const update = order ? (order[k] as number) : k
    const row = rowOf(placing, update, previous)
    if (row < 0) continue
    previous = row
    setRow(placing, update, row)
  }
  return rows
}

/** The order by stop_sequence, if all have one and the feed does not keep to it (BART); undefined: as they stand. */
function sorted(updates: TripUpdateColumns, warn: Warn): number[] | undefined {
  let rising = true
  for (let i = 0; i < updates.count; i++) {
    if (!((updates.has[i] as number) & has.sequence)) return undefined
    if (i > 0 && (updates.sequence[i] as number) < (updates.sequence[i - 1] as number)) rising = false
  }
  if (rising) return undefined
  warn('STOPS_UNSORTED')
  return Array.from({ length: updates.count }, (_, i) => i).sort(
    (a, b) => (updates.sequence[a] as number) - (updates.sequence[b] as number),
  )
}

/** By stop_sequence; where that is missing or unknown by stop_id, forward from the last match. -1: the update is left out. */
function rowOf(placing: Placing, update: number, previous: number): number {
  const { network, updates, first, warn } = placing
  const { stops, times } = network.timetable
  const start = updates.stopStart[update] as number
  const end = updates.stopEnd[update] as number
  const bySequence = (updates.has[update] as number) & has.sequence
  const row = bySequence ? rowOfSequence(placing, updates.sequence[update] as number, previous + 1) : -1
  if (row >= 0 && (end === start || stops.ids.is(times.stop[first + row] as number, updates.bytes, start, end))) return row
  const stop = end > start ? stops.ids.find(updates.bytes, start, end) : -1
  if (row >= 0) return sameStation(network, times.stop[first + row] as number, stop) ? row : dropped(warn, 'STOP_DISAGREES_WITH_SEQUENCE')
  if (stop < 0) return dropped(warn, 'UNKNOWN_STOP')
  const visit = updates.count === 1 ? nearestVisit(placing, stop) : visitAfter(placing, stop, previous)
  return visit < 0 ? dropped(warn, 'STOP_NOT_ON_TRIP') : visit
}

function dropped(warn: Warn, reason: string): -1 {
  warn(reason)
  return -1
}

/** `guess`: the row behind the last match, which it mostly is. */
function rowOfSequence({ network, first, count }: Placing, wanted: number, guess: number): number {
  const { sequence } = network.timetable.times
  if (guess < count && sequence[first + guess] === wanted) return guess
  let low = 0
  let high = count - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const value = sequence[first + middle] as number
    if (value === wanted) return middle
    if (value < wanted) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Another platform of the station is a platform change, not a contradiction. */
function sameStation(network: Network, a: number, b: number): boolean {
  return a === b || (b >= 0 && placeOf(network.timetable, a) === placeOf(network.timetable, b))
}

/** The next visit after the last match; a feed that is not in order starts again from the front. */
function visitAfter({ network, first, count }: Placing, stop: number, previous: number): number {
  const { stop: stops } = network.timetable.times
  for (let row = previous + 1; row < count; row++) if (sameStation(network, stops[first + row] as number, stop)) return row
  for (let row = 0; row <= previous; row++) if (sameStation(network, stops[first + row] as number, stop)) return row
  return -1
}

/** A lone update about a stop that is visited twice means the visit whose scheduled time is nearest. */
function nearestVisit({ network, run, updates, first, count }: Placing, stop: number): number {
  const { times } = network.timetable
  const bits = updates.has[0] as number
  const time = (bits & has.departureTime ? updates.departureTime[0] : bits & has.arrivalTime ? updates.arrivalTime[0] : 0) as number
  let best = -1
  const far = (row: number) => (time ? Math.abs(run.zero + (times.departure[first + row] as number) - time) : 0)
  for (let row = 0; row < count; row++) {
    if (sameStation(network, times.stop[first + row] as number, stop) && (best < 0 || far(row) < far(best))) best = row
  }
  return best
}

function setRow(placing: Placing, update: number, row: number): void {
  const { run, updates, rows } = placing
  const kind = updates.relation[update] as number
  if (kind === stopRelation.skipped) return void (rows.state[row] = rowState.skipped)
  if (kind === stopRelation.noData || kind === stopRelation.unscheduled || !run.timed) return void (rows.state[row] = rowState.noData)
  const delay = delayAt(placing, update, row)
  if (delay === undefined) return
  if (isAbsurd(delay)) {
    placing.warn('DELAY_ABSURD')
    rows.absurd = true
    rows.state[row] = rowState.noData
    return
  }
  rows.believed = true
  rows.state[row] = rowState.data
  rows.delay[row] = delay
}

/** Of the departure, else of the arrival; at the last stop the other way round, since nobody departs there. Seconds. */
function delayAt(placing: Placing, update: number, row: number): number | undefined {
  if (row === placing.count - 1) return arrivalDelay(placing, update, row) ?? departureDelay(placing, update, row)
  return departureDelay(placing, update, row) ?? arrivalDelay(placing, update, row)
}

function departureDelay({ network, run, updates, first, warn }: Placing, update: number, row: number): number | undefined {
  const bits = updates.has[update] as number
  const given = bits & has.departureDelay ? (updates.departureDelay[update] as number) : undefined
  if (!(bits & has.departureTime)) return given
  const planned = run.zero + (network.timetable.times.departure[first + row] as number)
  return byTime(updates.departureTime[update] as number, planned, given, warn)
}

function arrivalDelay({ network, run, updates, first, warn }: Placing, update: number, row: number): number | undefined {
  const bits = updates.has[update] as number
  const given = bits & has.arrivalDelay ? (updates.arrivalDelay[update] as number) : undefined
  if (!(bits & has.arrivalTime)) return given
  const planned = run.zero + (network.timetable.times.arrival[first + row] as number)
  return byTime(updates.arrivalTime[update] as number, planned, given, warn)
}

const farOff = 10 ** 9

/** As a whole number, however far off the time is. */
function byTime(time: number, planned: number, given: number | undefined, warn: Warn): number {
  const delay = Math.max(-farOff, Math.min(farOff, time - planned)) | 0
  if (given !== undefined && Math.abs(delay - given) > tolerance) warn('TIME_CONTRADICTS_DELAY')
  return delay
}
