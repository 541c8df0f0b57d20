import type { Line } from '#domain/line'
import type { Network } from './network'

/**
 * A line that a new timetable leaves as it was keeps the version of its table, so that neither its record nor its frames change. Version here
 * means: of this line's table of stops, named after the timetable that last changed it. Other running hours alone are a new record of the line,
 * with the version that it had: its frames point into the same table.
 */
export function keepVersions(network: Network, known: ReadonlyMap<string, Line>): Network {
  const lines = network.lines.map((line) => {
    const before = known.get(line.id)
    return before && sameBut(before, line) ? { ...line, timetable: before.timetable } : line
  })
  return { ...network, lines }
}

const sameBut = (a: Line, b: Line): boolean => JSON.stringify(bare(a)) === JSON.stringify(bare(b))

/** In a fixed order of fields: records that come off the bus may have another one. */
const bare = (l: Line): unknown => [
  [l.operator, l.id, l.name, l.mode, l.color, l.textColor, l.routes],
  l.stops.map((s) => [s.id, s.name, s.lat, s.lon]),
  l.directions.map((d) => [d.id, d.towards, d.order]),
  l.neighbours.map((n) => [n.line, n.stop]),
]
