import { loadTimetable } from '#gtfs/loadTimetable'
import { type Network, networkOf } from '#gtfs/network'
import { zipOf } from '../libs/gtfs/zipOf'

/** Monday noon in Berlin: when a simulation begins. */
export const noon = Date.parse('2026-01-05T11:00:00Z') / 1000
export const operatorIds = ['lindenau', 'seebach'] as const
export const startDate = '20260105'

export interface TownLine {
  /** As ingest calls it. */
  readonly id: string
  readonly route: string
  readonly type: number
  /** Trips that run from before noon until far behind the end. */
  readonly running: readonly string[]
  /** One that begins after the faults, so that it can be cancelled. */
  readonly later: string
}

/** Two lines, so that one can be well while the other is not; half of the trips each way. */
export const townLines: readonly TownLine[] = [line('tram-3', 'R3', 0, 7), line('bus-7', 'R7', 3, 5)]

/** Epoch seconds at which the trips that can be cancelled begin. */
export const laterDeparture = noon + 50 * 60

function line(id: string, route: string, type: number, trips: number): TownLine {
  return { id, route, type, running: Array.from({ length: trips }, (_, i) => `${route}-${i}`), later: `${route}-later` }
}

const stops = ['Nordtor', 'Markt', 'Museum', 'Hafen', 'Messe']

/** The town's timetable, loaded once: reading a zip is real work of another thread, and not the simulation's subject. */
export async function townNetworks(): Promise<ReadonlyMap<string, Network>> {
  const loaded = await loadTimetable(townZip())
  if (!loaded.ok) throw new Error(loaded.problems.map((p) => p.message).join('; '))
  return new Map(operatorIds.map((id) => [id, networkOf(id, loaded.timetable)]))
}

function townZip(): Buffer {
  return zipOf({
    'agency.txt': 'agency_id,agency_name,agency_url,agency_timezone,agency_lang\nA,Town,https://example.org,Europe/Berlin,de\n',
    'routes.txt': `route_id,agency_id,route_short_name,route_long_name,route_type\n${townLines.map((l) => `${l.route},A,${l.id.split('-')[1]},,${l.type}`).join('\n')}\n`,
    'stops.txt': `stop_id,stop_name,stop_lat,stop_lon\n${stops.map((name, i) => `S${i},${name},50.0${i},8.00`).join('\n')}\n`,
    'calendar.txt':
      'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nALL,1,1,1,1,1,1,1,20260101,20261231\n',
    'trips.txt': `route_id,service_id,trip_id,trip_headsign,direction_id\n${trips()
      .map((t) => `${t.route},ALL,${t.id},x,${t.direction}`)
      .join('\n')}\n`,
    'stop_times.txt': `trip_id,arrival_time,departure_time,stop_id,stop_sequence\n${trips().flatMap(stopTimes).join('\n')}\n`,
  })
}

interface Trip {
  readonly id: string
  readonly route: string
  readonly direction: number
  /** Minutes of the day. */
  readonly start: number
}

const trips = (): Trip[] =>
  townLines.flatMap(({ route, running, later }) => [
    ...running.map((id, i): Trip => ({ id, route, direction: i % 2, start: 11 * 60 + 20 + i * 5 })),
    { id: later, route, direction: 0, start: 12 * 60 + 50 },
  ])

/** An hour from stop to stop: whoever runs at noon runs until the end. */
function stopTimes({ id, direction, start }: Trip): string[] {
  return stops.map((_, i) => {
    const minutes = start + i * 60
    const time = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:00`
    return `${id},${time},${time},S${direction === 0 ? i : stops.length - 1 - i},${i + 1}`
  })
}
