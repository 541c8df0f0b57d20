import { transit_realtime as rt } from 'gtfs-realtime-bindings'
import { csvOf, gtfsTime } from '#apps/simulator/gtfs/csv'
import { zipOf } from '#apps/simulator/gtfs/zip'

/** 50 lines of 40 trips of 25 stops: 2,000 trips that are all on their way, 50,000 stop times, 2.4 MB of GTFS-realtime. */
export const lineCount = 50
/** Lines that become late, one a round; the others have the mass of the riders. */
export const measuredLines = 40
export const ridersOfLine = 100
export const riderCount = 100_000
const tripsOfLine = 40
const stopCount = 25
const hopSeconds = 240
const dwellSeconds = 20
/** A tenth of the trips gets other predictions in each snapshot. */
const steadyFor = 10
const lateSeconds = 660

export interface PlannedTrip {
  readonly id: string
  readonly line: number
  readonly direction: number
  /** Scheduled departure at the first stop, epoch seconds. */
  readonly departure: number
}

/** A whole city's plan; `base` (epoch seconds) is when all trips are on their way. The same in all processes. */
export interface Plan {
  readonly base: number
  /** Midnight (UTC) of the day of service, epoch seconds. */
  readonly midnight: number
  readonly trips: readonly PlannedTrip[]
}

export const lineName = (line: number): string => `${line + 1}`
/** Which line a rider has subscribed to: a hundred on each line that becomes late, all others on the rest. */
export const lineOfRider = (rider: number): number => {
  const line = Math.floor(rider / ridersOfLine)
  return line < measuredLines ? line : measuredLines + (rider % (lineCount - measuredLines))
}

export function planAt(base: number): Plan {
  const midnight = Math.floor((base - 7200) / 86_400) * 86_400
  const trips = Array.from({ length: lineCount * tripsOfLine }, (_, n) => {
    const [line, i] = [Math.floor(n / tripsOfLine), n % tripsOfLine]
    return { id: `${lineName(line)}-trip-${i}`, line, direction: i % 2, departure: base - 2400 + i * 15 }
  })
  return { base, midnight, trips }
}

/** The static GTFS as a zip. */
export function timetableZip(plan: Plan): Buffer {
  const lines = Array.from({ length: lineCount }, (_, line) => line)
  const stops = lines.flatMap((line) => Array.from({ length: stopCount }, (_, i) => [line, i] as const))
  const agency = csvOf(['agency_id', 'agency_name', 'agency_url', 'agency_timezone'], [['a', 'Bench', 'https://example.org/', 'Etc/UTC']])
  const files = new Map([
    ['agency.txt', agency],
    ['calendar_dates.txt', csvOf(['service_id', 'date', 'exception_type'], [['s', dateOf(plan), 1]])],
    ['routes.txt', csvOf(['route_id', 'agency_id', 'route_short_name', 'route_type'], lines.map((l) => [`r${l}`, 'a', lineName(l), 3]))],
    ['stops.txt', csvOf(['stop_id', 'stop_name', 'stop_lat', 'stop_lon'], stops.map(([l, i]) => [stopId(l, i), `Stop ${l} ${i}`, `${50 + l / 100}`, `${8 + i / 100}`]))],
    ['trips.txt', csvOf(['route_id', 'service_id', 'trip_id', 'direction_id'], plan.trips.map((t) => [`r${t.line}`, 's', t.id, t.direction]))],
    ['stop_times.txt', csvOf(['trip_id', 'arrival_time', 'departure_time', 'stop_id', 'stop_sequence'], plan.trips.flatMap((t) => stopTimes(t, plan)))],
  ]) // prettier-ignore
  return zipOf(files)
}

const stopTimes = (trip: PlannedTrip, { midnight }: Plan) =>
  Array.from({ length: stopCount }, (_, i) => {
    const arrival = arrivalAt(trip, i) - midnight
    return [trip.id, gtfsTime(arrival), gtfsTime(arrival + dwellSeconds), stopId(trip.line, stopAt(trip, i)), i + 1]
  })

/** The n-th snapshot: every stop of every trip with delay and time. One line may be late, by eleven minutes. */
export function snapshotBytes(plan: Plan, n: number, feedTime: number, late: number | undefined): Uint8Array {
  const entity = plan.trips.map((trip, i): rt.IFeedEntity => ({
    id: `${i}`,
    tripUpdate: update(trip, plan, delayOf(i, n, trip.line === late), feedTime),
  }))
  const header = { gtfsRealtimeVersion: '2.0', incrementality: rt.FeedHeader.Incrementality.FULL_DATASET, timestamp: feedTime }
  return rt.FeedMessage.encode({ header, entity }).finish()
}

function update(trip: PlannedTrip, plan: Plan, delay: number, timestamp: number): rt.ITripUpdate {
  const event = (time: number) => ({ delay, time: time + delay })
  return {
    trip: { tripId: trip.id, routeId: `r${trip.line}`, directionId: trip.direction, startDate: dateOf(plan) },
    vehicle: { id: `bus ${trip.id}` },
    timestamp,
    stopTimeUpdate: Array.from({ length: stopCount }, (_, i) => {
      const arrival = arrivalAt(trip, i)
      return {
        stopSequence: i + 1,
        stopId: stopId(trip.line, stopAt(trip, i)),
        arrival: event(arrival),
        departure: event(arrival + dwellSeconds),
      }
    }),
  }
}

/** 0 to 88 seconds, another one every tenth snapshot. */
function delayOf(trip: number, n: number, isLate: boolean): number {
  const turn = Math.floor((n + trip) / steadyFor)
  return ((trip * 7 + turn * 13) % 89) + (isLate ? lateSeconds : 0)
}

const arrivalAt = (trip: PlannedTrip, i: number): number => trip.departure + i * hopSeconds - dwellSeconds
const stopAt = (trip: PlannedTrip, i: number): number => (trip.direction === 0 ? i : stopCount - 1 - i)
const stopId = (line: number, i: number): string => `stop-${line}-${i}`
const dateOf = ({ midnight }: Plan): string => new Date(midnight * 1000).toISOString().slice(0, 10).replaceAll('-', '')
