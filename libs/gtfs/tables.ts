import { FloatColumn, IntColumn } from './columns'
import type { CsvRow } from './csv'
import { Interner } from './interner'
import type { Columns } from './loadTimetable'
import { GtfsError } from './problem'
import { ServiceDays, parseDate } from './serviceDay'
import { Services } from './services'
import { StopTimeRows, arrangeStopTimes } from './stopTimes'
import type { Agency, Frequency, Route, Stops, Timetable } from './timetable'
import { TripGroups } from './tripGroups'

type Rows = (row: CsvRow) => void

const weekdayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** Takes the files of a GTFS row by row, in the order of loadTimetable.ts, and puts them together. One method a file. */
export class TimetableBuilder {
  private readonly agencyList: Agency[] = []
  private readonly routeList: Route[] = []
  private readonly routeIndex = new Map<string, number>()
  private readonly stopIds = new Interner()
  private readonly stopNames: string[] = []
  private readonly lat = new FloatColumn()
  private readonly lon = new FloatColumn()
  private readonly parentIds: string[] = []
  private readonly services = new Services()
  private readonly tripIds = new Interner()
  private readonly tripRoute = new IntColumn()
  private readonly tripService = new IntColumn()
  private readonly tripDirection = new IntColumn()
  private readonly tripHeadsign = new IntColumn()
  private readonly headsigns = new Interner()
  private readonly blocks = new TripGroups()
  private readonly realtimeIds = new TripGroups()
  private readonly rows = new StopTimeRows()
  private readonly windows = new Map<number, Frequency[]>()
  private readonly rejects = new Map<string, { count: number; first: string }>()
  private timezone = ''
  private language = ''
  private feedVersion = ''

  agencies = (columns: Columns): Rows => {
    const [id, name, zone, lang] = [
      columns.find('agency_id'),
      columns.need('agency_name'),
      columns.need('agency_timezone'),
      columns.find('agency_lang'),
    ]
    return (row) => {
      this.agencyList.push({ id: row.text(id), name: row.text(name) })
      this.timezone ||= row.text(zone)
      this.language ||= row.text(lang)
    }
  }

  routes = (columns: Columns): Rows => {
    const [id, type] = [columns.need('route_id'), columns.need('route_type')]
    const [agency, short, long] = ['agency_id', 'route_short_name', 'route_long_name'].map(columns.find) as [number, number, number]
    const [color, textColor] = [columns.find('route_color'), columns.find('route_text_color')]
    return (row) => {
      const routeId = row.text(id)
      if (row.int(type) < 0) return this.reject('ROUTE_TYPE', 'routes.txt', row)
      if (this.routeIndex.has(routeId)) return this.reject('DUPLICATE_ROUTE', 'routes.txt', row)
      this.routeIndex.set(routeId, this.routeList.length)
      this.routeList.push({
        id: routeId,
        agency: row.text(agency),
        shortName: row.text(short),
        longName: row.text(long),
        type: row.int(type),
        color: hexColor(row.text(color)),
        textColor: hexColor(row.text(textColor)),
      })
    }
  }

  stops = (columns: Columns): Rows => {
    const [id, name] = [columns.need('stop_id'), columns.find('stop_name')]
    const [lat, lon, parent] = ['stop_lat', 'stop_lon', 'parent_station'].map(columns.find) as [number, number, number]
    return (row) => {
      if (this.stopIds.add(row.bytes, row.start(id), row.end(id)) < this.stopNames.length)
        return this.reject('DUPLICATE_STOP', 'stops.txt', row)
      this.stopNames.push(row.text(name) || row.text(id))
      this.lat.push(row.float(lat) || 0)
      this.lon.push(row.float(lon) || 0)
      this.parentIds.push(row.text(parent))
    }
  }

  calendar = (columns: Columns): Rows => {
    const [id, from, to] = ['service_id', 'start_date', 'end_date'].map(columns.need) as [number, number, number]
    const days = weekdayNames.map(columns.need)
    return (row) => {
      const [start, end] = [parseDate(row.text(from)), parseDate(row.text(to))]
      if (start < 0 || end < 0) return this.reject('CALENDAR_DATE', 'calendar.txt', row)
      const mask = days.reduce((bits, column, i) => (row.int(column) === 1 ? bits | (1 << i) : bits), 0)
      this.services.setCalendar(this.service(row, id), mask, start, end)
    }
  }

  calendarDates = (columns: Columns): Rows => {
    const [id, date, type] = ['service_id', 'date', 'exception_type'].map(columns.need) as [number, number, number]
    const parsed = new Map<string, number>()
    return (row) => {
      const text = row.text(date)
      let day = parsed.get(text)
      if (day === undefined) parsed.set(text, (day = parseDate(text)))
      const kind = row.int(type)
      if (day < 0 || kind < 1 || kind > 2) return this.reject('CALENDAR_DATE', 'calendar_dates.txt', row)
      this.services.addException(this.service(row, id), day, kind === 1)
    }
  }

  trips = (columns: Columns): Rows => {
    const [id, route, service] = ['trip_id', 'route_id', 'service_id'].map(columns.need) as [number, number, number]
    const [direction, headsign] = [columns.find('direction_id'), columns.find('trip_headsign')]
    const [block, realtimeId] = [columns.find('block_id'), columns.find('realtime_trip_id')]
    return (row) => {
      const routeIndex = this.routeIndex.get(row.text(route))
      if (routeIndex === undefined) return this.reject('UNKNOWN_ROUTE', 'trips.txt', row)
      if (this.tripIds.add(row.bytes, row.start(id), row.end(id)) < this.tripRoute.length)
        return this.reject('DUPLICATE_TRIP', 'trips.txt', row)
      this.tripRoute.push(routeIndex)
      this.tripService.push(this.service(row, service))
      this.tripDirection.push(directionOf(row.int(direction)))
      this.tripHeadsign.push(this.headsigns.add(row.bytes, row.start(headsign), row.end(headsign)))
      if (block >= 0) this.blocks.push(row.bytes, row.start(block), row.end(block))
      if (realtimeId >= 0) this.realtimeIds.push(row.bytes, row.start(realtimeId), row.end(realtimeId))
    }
  }

  stopTimes = (columns: Columns): Rows => {
    const [trip, stop, sequence] = ['trip_id', 'stop_id', 'stop_sequence'].map(columns.need) as [number, number, number]
    const [arrival, departure] = ['arrival_time', 'departure_time'].map(columns.need) as [number, number]
    const distance = columns.find('shape_dist_traveled')
    return (row) => {
      const tripIndex = this.tripIds.find(row.bytes, row.start(trip), row.end(trip))
      const stopIndex = this.stopIds.find(row.bytes, row.start(stop), row.end(stop))
      const [arrives, departs, number] = [row.time(arrival), row.time(departure), row.int(sequence)]
      if (tripIndex < 0) return this.reject('UNKNOWN_TRIP', 'stop_times.txt', row)
      if (stopIndex < 0) return this.reject('UNKNOWN_STOP', 'stop_times.txt', row)
      if (arrives < -1 || departs < -1) return this.reject('STOP_TIME', 'stop_times.txt', row)
      if (number < 0) return this.reject('STOP_SEQUENCE', 'stop_times.txt', row)
      this.rows.trip.push(tripIndex)
      this.rows.stop.push(stopIndex)
      this.rows.sequence.push(number)
      this.rows.arrival.push(arrives)
      this.rows.departure.push(departs)
      this.rows.distance.push(row.float(distance))
    }
  }

  frequencies = (columns: Columns): Rows => {
    const [trip, start, end, headway] = ['trip_id', 'start_time', 'end_time', 'headway_secs'].map(columns.need) as [
      number,
      number,
      number,
      number,
    ]
    const exact = columns.find('exact_times')
    return (row) => {
      const tripIndex = this.tripIds.find(row.bytes, row.start(trip), row.end(trip))
      if (tripIndex < 0) return this.reject('UNKNOWN_TRIP', 'frequencies.txt', row)
      const window = { start: row.time(start), end: row.time(end), headway: row.int(headway), exact: row.int(exact) === 1 }
      if (window.start < 0 || window.end < 0 || window.headway <= 0) return this.reject('FREQUENCY', 'frequencies.txt', row)
      this.windows.set(tripIndex, [...(this.windows.get(tripIndex) ?? []), window])
    }
  }

  feedInfo = (columns: Columns): Rows => {
    const [version, language] = [columns.find('feed_version'), columns.find('feed_lang')]
    return (row) => {
      this.feedVersion ||= row.text(version)
      this.language ||= row.text(language)
    }
  }

  /** Throws GtfsError when what was read is no timetable. */
  done(version: string): Timetable {
    const days = this.serviceDays()
    this.services.seal()
    this.blocks.seal()
    this.realtimeIds.seal()
    const { blocks, realtimeIds } = this
    const stops = this.allStops()
    const { times, first } = arrangeStopTimes(this.rows, this.tripRoute.length, stops)
    if (times.stop.length === 0)
      throw new GtfsError('GTFS_EMPTY', 'the timetable has no stop time that fits its trips and stops', { file: 'stop_times.txt' })
    const [route, service] = [this.tripRoute.done(), this.tripService.done()]
    const [direction, headsign] = [this.tripDirection.done(), this.tripHeadsign.done()]
    return {
      version,
      feedVersion: this.feedVersion,
      days,
      language: this.language,
      agencies: this.agencyList,
      routes: this.routeList,
      routeIndex: this.routeIndex,
      stops,
      trips: { ids: this.tripIds, route, service, direction, headsign, headsigns: this.headsigns, blocks, realtimeIds, first },
      times,
      services: this.services,
      frequencies: this.windows,
      rejects: this.rejects,
    }
  }

  private serviceDays(): ServiceDays {
    try {
      return new ServiceDays(this.timezone)
    } catch {
      const message = `agency.txt: the time zone "${this.timezone.slice(0, 60)}" is not known; write an IANA name such as Europe/Berlin`
      throw new GtfsError('GTFS_TIMEZONE_UNKNOWN', message, { file: 'agency.txt', line: 2, column: 'agency_timezone' })
    }
  }

  private allStops(): Stops {
    const parent = Int32Array.from(this.parentIds, (id) => (id ? this.stopIds.findText(id) : -1))
    return { ids: this.stopIds, names: this.stopNames, lat: this.lat.done(), lon: this.lon.done(), parent }
  }

  private service(row: CsvRow, column: number): number {
    return this.services.ids.add(row.bytes, row.start(column), row.end(column))
  }

  private reject(reason: string, file: string, row: CsvRow): void {
    const known = this.rejects.get(reason)
    if (known) known.count++
    else this.rejects.set(reason, { count: 1, first: `${file} line ${row.line}` })
  }
}

const directionOf = (id: number): number => (id === 0 || id === 1 ? id : 2)

const hexColor = (text: string): string => (/^[0-9a-f]{6}$/i.test(text) ? text.toUpperCase() : '')
