import type { Interner } from './interner'
import type { ServiceDays } from './serviceDay'
import type { Services } from './services'
import type { TripGroups } from './tripGroups'

/** One loaded static GTFS. Columns instead of objects: a stop time costs 16 bytes, an id its bytes plus eight. */
export interface Timetable {
  /** Of the zip's bytes: another zip is another version. */
  readonly version: string
  /** feed_info.feed_version, or empty: what a feed's header.feed_version names. */
  readonly feedVersion: string
  readonly days: ServiceDays
  /** agency_lang of the first agency or feed_lang, or empty. */
  readonly language: string
  readonly agencies: readonly Agency[]
  readonly routes: readonly Route[]
  readonly routeIndex: ReadonlyMap<string, number>
  readonly stops: Stops
  readonly trips: Trips
  readonly times: StopTimes
  readonly services: Services
  /** By trip index; absent: an ordinary trip. */
  readonly frequencies: ReadonlyMap<number, readonly Frequency[]>
  /** Rows that could not be used, by reason, with the first place of each. */
  readonly rejects: ReadonlyMap<string, { count: number; first: string }>
}

export interface Agency {
  readonly id: string
  readonly name: string
}

export interface Route {
  readonly id: string
  /** Of its agency, or empty when there is only one. */
  readonly agency: string
  readonly shortName: string
  readonly longName: string
  /** GTFS route_type, extended types too. */
  readonly type: number
  readonly color: string
  readonly textColor: string
}

export interface Stops {
  readonly ids: Interner
  readonly names: readonly string[]
  readonly lat: Float64Array
  readonly lon: Float64Array
  /** Index of the station, or -1. */
  readonly parent: Int32Array
}

export interface Trips {
  readonly ids: Interner
  readonly route: Int32Array
  readonly service: Int32Array
  /** 0, 1, or 2 when the timetable does not say. */
  readonly direction: Int32Array
  /** Into `headsigns`. */
  readonly headsign: Int32Array
  readonly headsigns: Interner
  /** block_id: trips that one vehicle runs one after the other. */
  readonly blocks: TripGroups
  /** realtime_trip_id, a column of OVapi's: what its feeds call a trip. */
  readonly realtimeIds: TripGroups
  /** Trip t has the stop times first[t] … first[t + 1] - 1. */
  readonly first: Int32Array
}

/** By trip, then by stop_sequence. Times in seconds after the service day's time zero; blanks are interpolated. */
export interface StopTimes {
  readonly stop: Int32Array
  readonly sequence: Int32Array
  readonly arrival: Int32Array
  readonly departure: Int32Array
}

/** Seconds after time zero. Not exact: only the headway is promised, so there is no timetable to be late against. */
export interface Frequency {
  readonly start: number
  readonly end: number
  readonly headway: number
  readonly exact: boolean
}
