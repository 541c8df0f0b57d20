import type { Mode } from '#domain/line'
import { modeOf } from './mode'
import type { Route } from './timetable'

/** Routes that riders know as one line: the same short name and mode. */
export interface RouteGroup {
  readonly id: string
  readonly name: string
  readonly mode: Mode
  /** Route indexes, in the order of routes.txt. */
  readonly routes: readonly number[]
}

/** Groups the routes into lines. Ids depend on mode and name only, so that they survive a new timetable. */
export function groupRoutes(routes: readonly Route[]): RouteGroup[] {
  const groups = new Map<string, { name: string; mode: Mode; routes: number[] }>()
  routes.forEach((route, index) => {
    const mode = modeOf(route.type)
    const name = lineName(route)
    const group = groups.get(`${mode} ${name}`)
    if (group) group.routes.push(index)
    else groups.set(`${mode} ${name}`, { name, mode, routes: [index] })
  })
  return distinct([...groups.values()])
}

const lineName = (route: Route): string => route.shortName || route.longName || route.id

/** Two names can become one slug (`1 A` and `1-A`): all but the first by name get a number behind. */
function distinct(groups: readonly Omit<RouteGroup, 'id'>[]): RouteGroup[] {
  const taken = new Set<string>()
  const ids = new Map<Omit<RouteGroup, 'id'>, string>()
  for (const group of [...groups].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const slug = `${group.mode.toLowerCase()}-${slugOf(group.name)}`
    let id = slug
    for (let n = 2; taken.has(id); n++) id = `${slug}-${n}`
    taken.add(id)
    ids.set(group, id)
  }
  return groups.map((group) => ({ id: ids.get(group) as string, ...group }))
}

/** Lower-case letters and digits of any script, dashes between: safe in keys and, encoded, in addresses. */
export function slugOf(name: string): string {
  const plain = name.replaceAll('ß', 'ss').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return (
    plain
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'x'
  )
}
