import type { Line, Mode } from '#domain/line'

const order: readonly Mode[] = ['RAIL', 'SUBWAY', 'TRAM', 'BUS', 'FERRY', 'OTHER']

/** Rail first, then by name as people count: 2 before 10. */
export const byName = (a: Line, b: Line): number =>
  order.indexOf(a.mode) - order.indexOf(b.mode) || a.name.localeCompare(b.name, 'de', { numeric: true })
