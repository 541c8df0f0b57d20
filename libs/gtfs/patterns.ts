import type { Timetable } from './timetable'

/** A sequence of stops that trips of a line ride. */
export interface Pattern {
  /** Stop indexes of the timetable, in riding order; a stop may come twice. */
  readonly stops: readonly number[]
  /** How many trips ride it, and of each headsign how many. */
  trips: number
  readonly headsigns: Map<number, number>
  /** GTFS direction_id, or 2 when the timetable does not say. */
  readonly direction: number
}

/** The patterns of each route, by route index. */
export function patternsByRoute(timetable: Timetable): Map<string, Pattern>[] {
  const byRoute: Map<string, Pattern>[] = timetable.routes.map(() => new Map())
  const { route, first, direction, headsign } = timetable.trips
  for (let trip = 0; trip < route.length; trip++) {
    const stops = timetable.times.stop.subarray(first[trip], first[trip + 1])
    if (stops.length < 2) continue
    const patterns = byRoute[route[trip] as number] as Map<string, Pattern>
    const key = `${direction[trip]}|${Buffer.from(stops.buffer, stops.byteOffset, stops.byteLength).toString('latin1')}`
    let pattern = patterns.get(key)
    if (!pattern) patterns.set(key, (pattern = { stops: [...stops], trips: 0, headsigns: new Map(), direction: direction[trip] as number }))
    pattern.trips++
    const sign = headsign[trip] as number
    pattern.headsigns.set(sign, (pattern.headsigns.get(sign) ?? 0) + 1)
  }
  return byRoute
}

/**
 * Gives every pattern a direction. Where the timetable has none (Kingston), the pattern that most trips ride is direction 0, the most ridden
 * one that runs over hardly any of its hops and ends elsewhere is direction 1, and each other pattern goes with the one that ends where it
 * does, else with the one it shares more hops with. `endOf`: what riders call its last stop.
 */
export function directed(patterns: readonly Pattern[], endOf: (pattern: Pattern) => string): Pattern[] {
  const unknown = patterns.filter((p) => p.direction === 2)
  if (unknown.length === 0) return [...patterns]
  const ranked = byWeight(patterns)
  const forth = ranked.find((p) => p.direction === 0) ?? ranked.find((p) => p.direction === 2) ?? (ranked[0] as Pattern)
  const forthHops = hops(forth)
  const back = ranked.find((p) => p.direction === 1) ?? ranked.find((p) => endOf(p) !== endOf(forth) && sharedHops(p, forthHops) < 0.2)
  const backHops = back ? hops(back) : new Set<string>()
  const isBack = (p: Pattern): boolean => {
    if (!back || endOf(p) === endOf(forth)) return false
    return endOf(p) === endOf(back) || sharedHops(p, backHops) > sharedHops(p, forthHops)
  }
  return patterns.map((p) => (p.direction === 2 ? { ...p, direction: isBack(p) ? 1 : 0 } : p))
}

/** The most ridden first; of equally ridden ones the longest. */
export const byWeight = (patterns: readonly Pattern[]): Pattern[] =>
  [...patterns].sort((a, b) => b.trips - a.trips || b.stops.length - a.stops.length)

const hops = (pattern: Pattern): Set<string> => new Set(pattern.stops.slice(1).map((stop, i) => `${pattern.stops[i]}>${stop}`))

function sharedHops(pattern: Pattern, of: ReadonlySet<string>): number {
  const own = hops(pattern)
  let shared = 0
  for (const hop of own) if (of.has(hop)) shared++
  return shared / Math.max(1, own.size)
}

/** All stops of a direction in one order: the main pattern, with the stops of the others put in behind the stop they follow there. */
export function mergedOrder(patterns: readonly Pattern[]): number[] {
  const [main, ...others] = byWeight(patterns)
  const order = [...(main?.stops ?? [])]
  for (const pattern of others) insertMissing(order, pattern.stops)
  return order
}

function insertMissing(order: number[], stops: readonly number[]): void {
  let after = -1
  stops.forEach((stop, i) => {
    const at = order.indexOf(stop, after + 1)
    if (at >= 0) return void (after = at)
    if (order.includes(stop)) return
    const before = after < 0 ? order.indexOf(stops.slice(i).find((s) => order.includes(s)) ?? -1) : after + 1
    const place = before < 0 ? order.length : before
    order.splice(place, 0, stop)
    after = place
  })
}
