import type { Mode } from '#domain/line'

/** GTFS route_type → mode, the extended types (Google's, by hundreds) too. */
export function modeOf(routeType: number): Mode {
  return basic.get(routeType) ?? extended.get(Math.floor(routeType / 100)) ?? 'OTHER'
}

const basic = new Map<number, Mode>([
  [0, 'TRAM'],
  [1, 'SUBWAY'],
  [2, 'RAIL'],
  [3, 'BUS'],
  [4, 'FERRY'],
  [5, 'TRAM'],
  [11, 'BUS'],
])

const extended = new Map<number, Mode>([
  [1, 'RAIL'],
  [2, 'BUS'],
  [4, 'SUBWAY'],
  [5, 'SUBWAY'],
  [6, 'SUBWAY'],
  [7, 'BUS'],
  [8, 'BUS'],
  [9, 'TRAM'],
  [10, 'FERRY'],
  [12, 'FERRY'],
])
