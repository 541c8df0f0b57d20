import type { Entity } from '../libs/gtfs/feedOf'
import { feedOf, tripUpdate } from '../libs/gtfs/feedOf'
import { zipOf } from '../libs/gtfs/zipOf'

/** Monday noon in Berlin: no rider's commute. */
export const noon = Date.parse('2026-01-05T11:00:00Z') / 1000

const stops = ['Nordtor', 'Markt', 'Museum', 'Hafen', 'Messe']
const rides = [0, 1, 2, 3, 4, 5]

/** Trips that run at noon: six each way of tram 3, six of bus 7. */
export const tripIds = {
  tram: rides.flatMap((i) => [`t-out-${i}`, `t-back-${i}`]),
  bus: rides.map((i) => `b-${i}`),
} as const

/** A town of two lines that share two stops; every trip takes 80 minutes and began between 11:30 and 11:55. */
export function townZip(agency: string): Buffer {
  return zipOf({
    'agency.txt': `agency_id,agency_name,agency_url,agency_timezone,agency_lang\nA,${agency},https://example.org,Europe/Berlin,de\n`,
    'routes.txt': 'route_id,agency_id,route_short_name,route_long_name,route_type\nR3,A,3,,0\nR7,A,7,,3\n',
    'stops.txt': `stop_id,stop_name,stop_lat,stop_lon\n${stops.map((name, i) => `S${i},${name},50.0${i},8.00`).join('\n')}\n`,
    'calendar.txt':
      'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nALL,1,1,1,1,1,1,1,20260101,20261231\n',
    'trips.txt': `route_id,service_id,trip_id,trip_headsign,direction_id\n${trips()
      .map((t) => `${t.route},ALL,${t.id},${t.towards},${t.direction}`)
      .join('\n')}\n`,
    'stop_times.txt': `trip_id,arrival_time,departure_time,stop_id,stop_sequence\n${trips().flatMap(stopTimes).join('\n')}\n`,
  })
}

interface PlannedTrip {
  readonly id: string
  readonly route: string
  readonly direction: 0 | 1
  readonly towards: string
  /** Minutes after 11:30. */
  readonly start: number
}

const trips = (): PlannedTrip[] =>
  rides.flatMap((i): PlannedTrip[] => [
    { id: `t-out-${i}`, route: 'R3', direction: 0, towards: 'Messe', start: i * 5 },
    { id: `t-back-${i}`, route: 'R3', direction: 1, towards: 'Nordtor', start: i * 5 },
    { id: `b-${i}`, route: 'R7', direction: 0, towards: 'Messe', start: i * 5 },
  ])

function stopTimes({ id, direction, start }: PlannedTrip): string[] {
  return stops.map((_, i) => {
    const minutes = 11 * 60 + 30 + start + i * 20
    const time = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:00`
    return `${id},${time},${time},S${direction === 0 ? i : stops.length - 1 - i},${i + 1}`
  })
}

/** How the town runs in one snapshot: seconds late by trip id (else on time); trips that are cancelled; trips that are in the feed at all. */
export interface Situation {
  readonly late?: Readonly<Record<string, number>>
  readonly cancelled?: readonly string[]
  readonly only?: readonly string[]
}

const all = [...tripIds.tram, ...tripIds.bus]

/** A whole TripUpdates snapshot as of `at` (epoch seconds). */
export const townFeed = (at: number, { late = {}, cancelled = [], only = all }: Situation = {}): Buffer =>
  feedOf(
    at,
    only.map((id) => (cancelled.includes(id) ? cancelledTrip(id) : runningTrip(id, late[id] ?? 0))),
  )

const startDate = '20260105'

const runningTrip = (tripId: string, delay: number): Entity =>
  tripUpdate({ tripId, startDate }, [{ stopSequence: 1, arrival: { delay }, departure: { delay } }])

const cancelledTrip = (tripId: string): Entity => tripUpdate({ tripId, startDate, scheduleRelationship: 3 }, [])

/** Every trip of the tram so many minutes late. */
export const tramLate = (minutes: number): Situation => ({ late: Object.fromEntries(tripIds.tram.map((id) => [id, minutes * 60])) })
