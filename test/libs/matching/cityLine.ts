import type { Line } from '#domain/line'

/** A line whose platforms have ids of their own in each direction (`A1`, `A2`), as most timetables do. */
export const lineOf = (id: string, names: readonly string[], operator = 'lindenau'): Line => ({
  operator,
  id,
  name: id.toUpperCase(),
  mode: 'TRAM',
  color: '',
  textColor: '',
  routes: [id],
  stops: [...names.map((name) => stop(name, 1)), ...names.map((name) => stop(name, 2))],
  directions: [
    { id: 0, towards: names.at(-1) ?? '', order: names.map((_, i) => i) },
    { id: 1, towards: names[0] ?? '', order: names.map((_, i) => 2 * names.length - 1 - i) },
  ],
  neighbours: [],
  hours: 0,
  timetable: 'v1',
})

const stop = (name: string, platform: number) => ({ id: `${name}${platform}`, name, lat: 0, lon: 0 })
