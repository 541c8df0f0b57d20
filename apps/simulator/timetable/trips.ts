import { chanceBetween } from '../chance'
import type { PlannedLine, Stop } from '../plan/plan'
import { dayAt, dayPlus, dayStart, gtfsDate, servicesOn } from './serviceDays'

/** A journey of the timetable, without a date: times are seconds after the service day's time zero. */
export interface TimetableTrip {
  readonly id: string
  readonly line: PlannedLine
  readonly direction: 0 | 1
  readonly service: string
  readonly departure: number
  /** In riding order. */
  readonly stops: readonly Stop[]
  /** Seconds from the departure to each stop. */
  readonly offsets: readonly number[]
  readonly vehicle: string
}

/** A journey of one service day; `departure` is epoch seconds. */
export interface Trip extends TimetableTrip {
  /** As GTFS writes it: 20260329. */
  readonly date: string
}

export type DayType = 'workday' | 'weekend'
export const dayTypes: readonly DayType[] = ['workday', 'weekend']

const firstDeparture = 4 * 3600
const minimumLayover = 5 * 60
/** The latest a trip can begin and last, after its day's time zero, is below two days: yesterday's service day reaches into today. */
const lastHour = 25

/** How vehicles go to and fro on a line: `cycle` until one is back, `half` until it sets out the other way. */
interface Rotation {
  readonly headway: number
  readonly cycle: number
  readonly half: number
  readonly phase: number
}

function rotation(line: PlannedLine, type: DayType, seed: string): Rotation {
  const headway = line.headway[type]
  const duration = line.offsets.at(-1) ?? 0
  const cycle = Math.ceil((2 * (duration + minimumLayover)) / headway) * headway
  return { headway, cycle, half: cycle / 2, phase: 60 * chanceBetween(0, headway / 60 - 1, seed, line.id, type, 'phase') }
}

/** Journey number `n` of a day type, counted from 4:00; those of the way back leave half a cycle later with the same vehicle. */
function timetableTrip(line: PlannedLine, type: DayType, direction: 0 | 1, n: number, r: Rotation): TimetableTrip {
  const hour = Math.floor((n * r.headway) / 3600)
  const departure = firstDeparture + r.phase + n * r.headway + (direction === 1 ? r.half : 0)
  const service = hour >= 24 ? `${type}-extra` : hour === 23 ? `${type}-late` : type
  const total = line.offsets.at(-1) ?? 0
  return {
    id: `${line.id}-${type}-${direction}-${n}`,
    line,
    direction,
    service,
    departure,
    stops: direction === 0 ? line.stops : line.stops.toReversed(),
    offsets: direction === 0 ? line.offsets : line.offsets.toReversed().map((o) => total - o),
    vehicle: `${line.name}-${String(101 + (n % (r.cycle / r.headway)))}`,
  }
}

/** The whole timetable of a line: every day type, both directions. */
export function timetableOf(line: PlannedLine, seed: string): TimetableTrip[] {
  return dayTypes.flatMap((type) => {
    const r = rotation(line, type, seed)
    const count = (lastHour * 3600) / r.headway
    return ([0, 1] as const).flatMap((direction) =>
      Array.from({ length: Math.floor(count) }, (_, n) => timetableTrip(line, type, direction, n, r)),
    )
  })
}

/** The journeys of a line that depart within [from, to] (epoch seconds), by departure. */
export function departuresBetween(line: PlannedLine, seed: string, from: number, to: number): Trip[] {
  const trips: Trip[] = []
  const last = dayAt(to)
  for (let day = dayPlus(dayAt(from), -1); day <= last; day = dayPlus(day, 1)) trips.push(...departuresOfDay(line, seed, day, from, to))
  return trips.sort((a, b) => a.departure - b.departure || (a.id < b.id ? -1 : 1))
}

function departuresOfDay(line: PlannedLine, seed: string, day: string, from: number, to: number): Trip[] {
  const start = dayStart(day)
  const services = servicesOn(day)
  const type = services[0] as DayType
  const r = rotation(line, type, seed)
  const trips: Trip[] = []
  for (const direction of [0, 1] as const) {
    const zero = start + firstDeparture + r.phase + (direction === 1 ? r.half : 0)
    const end = Math.min(Math.floor((to - zero) / r.headway), Math.floor((lastHour * 3600) / r.headway) - 1)
    for (let n = Math.max(0, Math.ceil((from - zero) / r.headway)); n <= end; n++) {
      const trip = timetableTrip(line, type, direction, n, r)
      if (services.includes(trip.service)) trips.push({ ...trip, departure: start + trip.departure, date: gtfsDate(day) })
    }
  }
  return trips
}
