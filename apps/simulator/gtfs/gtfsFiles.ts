import { type City, type Vehicle, lineTitle } from '../plan/plan'
import { gtfsDate } from '../timetable/serviceDays'
import { type TimetableTrip, timetableOf } from '../timetable/trips'
import { calendarDateRows, calendarRows, validity } from './calendar'
import { type Cell, csvOf, gtfsTime } from './csv'

/** GTFS route_type. */
const routeTypes: Readonly<Record<Vehicle, number>> = { tram: 0, subway: 1, rail: 2, bus: 3 }

/** The static GTFS of a city as published in a year: a pure function, so that a new start offers the same timetable. */
export function gtfsFiles(city: City, seed: string, year: number): Map<string, string> {
  const trips = city.lines.flatMap((line) => timetableOf(line, seed))
  return new Map([
    ['agency.txt', agency(city)],
    ['calendar.txt', csvOf([...calendarHeader], calendarRows(year))],
    ['calendar_dates.txt', csvOf(['service_id', 'date', 'exception_type'], calendarDateRows(year))],
    ['feed_info.txt', feedInfo(city, seed, year)],
    ['routes.txt', routes(city)],
    ['stops.txt', stops(city)],
    ['trips.txt', tripsFile(trips)],
    ['stop_times.txt', csvOf(['trip_id', 'arrival_time', 'departure_time', 'stop_id', 'stop_sequence'], stopTimeRows(trips))],
  ])
}

/** Names the timetable that the feeds refer to (feed_info.feed_version, FeedHeader.feed_version). */
export const feedVersion = (city: City, seed: string, year: number): string => `${city.operator}-${seed}-${year}`

const calendarHeader = [
  'service_id', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday', 'start_date', 'end_date',
] as const // prettier-ignore

function agency(city: City): string {
  const header = ['agency_id', 'agency_name', 'agency_url', 'agency_timezone', 'agency_lang']
  return csvOf(header, [[city.operator, `Verkehrsbetriebe ${city.name} (simuliert)`, 'https://example.org/', 'Europe/Berlin', 'de']])
}

function feedInfo(city: City, seed: string, year: number): string {
  const header = ['feed_publisher_name', 'feed_publisher_url', 'feed_lang', 'feed_start_date', 'feed_end_date', 'feed_version']
  const { first, last } = validity(year)
  const version = feedVersion(city, seed, year)
  return csvOf(header, [
    [`Verkehrsbetriebe ${city.name} (simuliert)`, 'https://example.org/', 'de', gtfsDate(first), gtfsDate(last), version],
  ])
}

function routes(city: City): string {
  const header = ['route_id', 'agency_id', 'route_short_name', 'route_long_name', 'route_type', 'route_color', 'route_text_color']
  const rows = city.lines.map((l) => [l.id, city.operator, l.name, l.longName, routeTypes[l.vehicle], l.color, l.textColor])
  return csvOf(header, rows)
}

function stops(city: City): string {
  const rows = city.stops.map((s) => [s.id, s.name, s.lat.toFixed(6), s.lon.toFixed(6)])
  return csvOf(['stop_id', 'stop_name', 'stop_lat', 'stop_lon'], rows)
}

function tripsFile(trips: readonly TimetableTrip[]): string {
  const header = ['route_id', 'service_id', 'trip_id', 'trip_headsign', 'direction_id']
  const rows = trips.map((t) => [t.line.id, t.service, t.id, t.stops.at(-1)?.name ?? lineTitle(t.line), t.direction])
  return csvOf(header, rows)
}

function* stopTimeRows(trips: readonly TimetableTrip[]): Iterable<readonly Cell[]> {
  for (const trip of trips) {
    for (let i = 0; i < trip.stops.length; i++) {
      const time = gtfsTime(trip.departure + (trip.offsets[i] ?? 0))
      yield [trip.id, time, time, trip.stops[i]?.id ?? '', i + 1]
    }
  }
}
