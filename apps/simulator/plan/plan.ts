/** The plan of a city that does not exist: where its lines run. x and y are units of the drawn map, x to the east and y to the south. */
export interface City {
  readonly operator: string
  readonly name: string
  /** Width and height of the map. */
  readonly size: readonly [number, number]
  readonly stops: readonly Stop[]
  readonly lines: readonly PlannedLine[]
}

export interface Stop {
  /** GTFS stop_id. */
  readonly id: string
  readonly name: string
  readonly x: number
  readonly y: number
  readonly lat: number
  readonly lon: number
}

export type Vehicle = 'tram' | 'subway' | 'rail' | 'bus'

export interface PlannedLine {
  /** GTFS route_id. */
  readonly id: string
  /** As on the vehicle: `3`, `U6`. */
  readonly name: string
  readonly vehicle: Vehicle
  /** Six hex digits without `#`. */
  readonly color: string
  readonly textColor: string
  readonly longName: string
  readonly stops: readonly Stop[]
  /** Seconds from the first stop to each stop, one way; the way back takes as long between the same stops. */
  readonly offsets: readonly number[]
  /** Seconds between departures, around the clock: divides the day. */
  readonly headway: { readonly workday: number; readonly weekend: number }
}

/** A stop as it is written down in a city's file: name, x, y. */
export type StopRow = readonly [string, number, number]

export interface LineRow {
  readonly name: string
  readonly vehicle: Vehicle
  readonly color: string
  readonly textColor: string
  /** Minutes between departures on workdays and on weekends and holidays; each divides 1,440. */
  readonly every: readonly [number, number]
  /** Names of stops in order. */
  readonly via: readonly string[]
}

export interface CityRows {
  readonly operator: string
  readonly name: string
  readonly size: readonly [number, number]
  /** Of the map's left upper corner. */
  readonly origin: { readonly lat: number; readonly lon: number }
  readonly stops: readonly StopRow[]
  readonly lines: readonly LineRow[]
}

const metresAUnit = 320
const minutesAUnit: Readonly<Record<Vehicle, number>> = { rail: 0.8, subway: 1, tram: 1.2, bus: 1.25 }
const modeWord: Readonly<Record<Vehicle, string>> = { tram: 'Tram ', bus: 'Bus ', subway: '', rail: '' }

/** As riders call it: `Tram 3`, `U6`. */
export const lineTitle = (line: { readonly name: string; readonly vehicle: Vehicle }): string => `${modeWord[line.vehicle]}${line.name}`

export function cityOf(rows: CityRows): City {
  const stops = rows.stops.map((row, i) => stopOf(rows, row, i))
  const byName = new Map(stops.map((s) => [s.name, s]))
  const lines = rows.lines.map((row) => lineOf(rows.operator, row, byName))
  return { operator: rows.operator, name: rows.name, size: rows.size, stops, lines }
}

export function lineOfCity(city: City, id: string): PlannedLine {
  const line = city.lines.find((l) => l.id === id)
  if (!line) throw new Error(`${city.name} has no line ${id}`)
  return line
}

function stopOf(rows: CityRows, [name, x, y]: StopRow, index: number): Stop {
  const lat = rows.origin.lat - (y * metresAUnit) / 111_195
  const lon = rows.origin.lon + (x * metresAUnit) / (111_195 * Math.cos((rows.origin.lat * Math.PI) / 180))
  const id = `${rows.operator}:${String(index + 1).padStart(3, '0')}`
  return { id, name, x, y, lat: Number(lat.toFixed(6)), lon: Number(lon.toFixed(6)) }
}

function lineOf(operator: string, row: LineRow, byName: ReadonlyMap<string, Stop>): PlannedLine {
  const stops = row.via.map((name) => {
    const stop = byName.get(name)
    if (!stop) throw new Error(`line ${row.name}: no stop ${name}`)
    return stop
  })
  return {
    id: `${operator}:${row.vehicle}-${row.name.toLowerCase()}`,
    name: row.name,
    vehicle: row.vehicle,
    color: row.color,
    textColor: row.textColor,
    longName: `${row.via[0]} – ${row.via.at(-1)}`,
    stops,
    offsets: offsetsOf(stops, row.vehicle),
    headway: { workday: row.every[0] * 60, weekend: row.every[1] * 60 },
  }
}

function offsetsOf(stops: readonly Stop[], vehicle: Vehicle): number[] {
  let sum = 0
  return stops.map((stop, i) => {
    const before = stops[i - 1]
    if (before) sum += Math.max(2, Math.round(Math.hypot(stop.x - before.x, stop.y - before.y) * minutesAUnit[vehicle])) * 60
    return sum
  })
}
