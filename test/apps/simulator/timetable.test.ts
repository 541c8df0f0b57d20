import { parse } from 'csv-parse/sync'
import { transit_realtime as rt } from 'gtfs-realtime-bindings'
import { feedBytes } from '#apps/simulator/feeds/snapshot'
import { gtfsFiles } from '#apps/simulator/gtfs/gtfsFiles'
import { lindenau } from '#apps/simulator/plan/lindenau'
import { seebach } from '#apps/simulator/plan/seebach'
import type { City } from '#apps/simulator/plan/plan'

/** Reads the published files as a stranger would: with a CSV parser, the calendar's own words and noon minus twelve hours. */
function readTimetable(city: City, year: number) {
  const files = gtfsFiles(city, '1', year)
  const parsed = new Map([...files].map(([name, text]) => [name, parse<Record<string, string>>(text, { columns: true })]))
  const rows = (name: string) => parsed.get(name) ?? []
  const trips = new Map(rows('trips.txt').map((t) => [t.trip_id, t]))
  const times = new Map<string, Record<string, string>[]>()
  for (const row of rows('stop_times.txt')) {
    const known = times.get(row.trip_id ?? '')
    if (known) known.push(row)
    else times.set(row.trip_id ?? '', [row])
  }
  const runs = (service: string, date: string) => {
    const exception = rows('calendar_dates.txt').find((d) => d.service_id === service && d.date === date)
    if (exception) return exception.exception_type === '1'
    const weekday = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'][new Date(iso(date)).getUTCDay()] ?? ''
    const entry = rows('calendar.txt').find((c) => c.service_id === service)
    return entry?.[weekday] === '1' && (entry.start_date ?? '') <= date && date <= (entry.end_date ?? '')
  }
  return { rows, trips, times, runs }
}

const iso = (date: string) => `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T12:00:00Z`
const seconds = (time = '') => time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
const noonMinus12 = (date: string) => {
  const summer = date >= '20260329' && date < '20261025'
  return Date.parse(iso(date)) / 1000 - (summer ? 2 : 1) * 3600 - 12 * 3600
}

const hours = [
  '2026-11-24T13:00:00Z', // a workday's afternoon
  '2026-11-24T01:30:00Z', // 02:30 at night
  '2026-11-28T02:58:00Z', // the seam of two service days
  '2026-12-25T10:00:00Z', // a holiday
  '2026-03-29T00:58:00Z', // two minutes before the clocks go forward
  '2026-03-29T01:30:00Z',
  '2026-10-25T00:30:00Z', // the first 02:30
  '2026-10-25T01:30:00Z', // the second
  '2026-10-25T02:30:00Z',
]

describe.each([
  [lindenau, 80, 100],
  [seebach, 5, 12],
] as const)('$name', (city, least, most) => {
  const timetable = readTimetable(city, 2026)
  const story = { seed: '1', scenario: 'breakdown' as const, speed: 1, startedAt: 0 }

  it.each(hours)('at %s its vehicles run, and every prediction fits the published timetable', (time) => {
    const at = Date.parse(time) / 1000
    const entities = rt.FeedMessage.decode(feedBytes(city, { ...story, startedAt: at }, 'trip-updates', at)).entity
    const vehicles = rt.FeedMessage.decode(feedBytes(city, { ...story, startedAt: at }, 'vehicle-positions', at)).entity
    expect(vehicles.length).toBeGreaterThanOrEqual(least)
    expect(vehicles.length).toBeLessThanOrEqual(most)
    expect(new Set(entities.map((e) => e.id)).size).toBe(entities.length)
    for (const { tripUpdate } of entities) {
      const { tripId, startDate } = tripUpdate?.trip ?? {}
      const trip = timetable.trips.get(tripId ?? '')
      expect(trip?.route_id).toBe(tripUpdate?.trip.routeId)
      expect(timetable.runs(trip?.service_id ?? '', startDate ?? '')).toBe(true)
      for (const update of tripUpdate?.stopTimeUpdate ?? []) {
        const row = timetable.times.get(tripId ?? '')?.find((t) => Number(t.stop_sequence) === update.stopSequence)
        expect(row?.stop_id).toBe(update.stopId)
        const event = update.departure ?? update.arrival
        expect(Number(event?.time) - Number(event?.delay)).toBe(noonMinus12(startDate ?? '') + seconds(row?.departure_time))
        expect(Math.abs(Number(event?.delay))).toBeLessThan(120)
        expect(Number(event?.time)).toBeGreaterThanOrEqual(at)
      }
    }
  })

  it('covers a year from any day, and its references are whole', () => {
    const [validFrom, validUntil] = [timetable.rows('feed_info.txt')[0]?.feed_start_date, timetable.rows('feed_info.txt')[0]?.feed_end_date]
    expect([validFrom, validUntil]).toEqual(['20251201', '20280131'])
    const stops = new Set(timetable.rows('stops.txt').map((s) => s.stop_id))
    const routes = new Set(timetable.rows('routes.txt').map((r) => r.route_id))
    expect([stops.size, routes.size]).toEqual(city === lindenau ? [60, 8] : [11, 2])
    for (const [id, rows] of timetable.times) {
      expect(rows.every((r) => stops.has(r.stop_id))).toBe(true)
      expect(routes.has(timetable.trips.get(id)?.route_id)).toBe(true)
      const times = rows.map((r) => seconds(r.departure_time))
      expect(times.every((t, i) => i === 0 || t > (times[i - 1] ?? 0))).toBe(true)
    }
    expect(timetable.times.size).toBe(timetable.trips.size)
  })
})
