/** What riders call it: one or more GTFS routes of one operator that share a short name and type. Written by ingest only (topic `lines`). */
export interface Line {
  readonly operator: string
  /** Survives a new timetable: mode and short name, e.g. `tram-3`. */
  readonly id: string
  /** As on the vehicle: `3`, `U6`. */
  readonly name: string
  readonly mode: Mode
  /** Six hex digits without `#`, or empty. */
  readonly color: string
  readonly textColor: string
  /** GTFS route ids. */
  readonly routes: readonly string[]
  /** Every stop of the line once. Packed stops and directions point into this table. */
  readonly stops: readonly LineStop[]
  readonly directions: readonly LineDirection[]
  readonly neighbours: readonly Neighbour[]
  /** Hours of the operator's day in which trips run on some day by the timetable: bit 0 is 0:00–0:59, bit 23 is 23:00–23:59; 0 = unknown. */
  readonly hours: number
  /** Version of the timetable that this table of stops comes from. */
  readonly timetable: string
}

export interface LineStop {
  /** GTFS stop_id. */
  readonly id: string
  readonly name: string
  /** WGS84 degrees; both 0 when unknown. */
  readonly lat: number
  readonly lon: number
}

export interface LineDirection {
  /** GTFS direction_id. */
  readonly id: number
  /** The terminus that riders know the direction by. */
  readonly towards: string
  /** Indexes into `stops`, in riding order. */
  readonly order: readonly number[]
}

/** Another line that shares a stop: the way out that an alert can name. */
export interface Neighbour {
  readonly line: string
  /** Name of the shared stop. */
  readonly stop: string
}

/** Whether any trip may run in this hour (0–23, on the operator's clocks); unknown counts as yes. */
export const mayRunAt = ({ hours }: Pick<Line, 'hours'>, hour: number): boolean => hours === 0 || ((hours >> hour) & 1) === 1

export const modes = ['BUS', 'TRAM', 'SUBWAY', 'RAIL', 'FERRY', 'OTHER'] as const
export type Mode = (typeof modes)[number]
