import type { Scope } from '#domain/disruption'
import type { Line, LineDirection } from '#domain/line'

/** The part of a line that a rider rides, by GTFS stop_ids. It is judged against the line's present stops, so it survives a new timetable. */
export interface Section {
  readonly fromStop: string
  readonly toStop: string
}

export const encodeSection = (s: Section): Buffer => Buffer.from(JSON.stringify([s.fromStop, s.toStop]))

export function decodeSection(bytes: Buffer): Section {
  const [fromStop = '', toStop = ''] = JSON.parse(bytes.toString('utf8')) as string[]
  return { fromStop, toStop }
}

/** Bit d = direction d. */
export type DirectionMask = number
export const directionMask = (direction: number): DirectionMask => (direction === 0 ? 1 : direction === 1 ? 2 : 3)

/**
 * In which directions the scopes (of this line, ORed) touch a section; undefined = the whole line. Sections overlap when they share a ride
 * between two stops, not when they only meet at one; a single stop touches the sections that include it. What the line does not know (any
 * more) counts as the whole line: rather told than missed.
 */
export function judgeSection(section: Section | undefined, scopes: readonly Scope[], line: Line | undefined): DirectionMask {
  return scopes.reduce((mask, scope) => mask | touched(section, scope, line), 0)
}

function touched(section: Section | undefined, scope: Scope, line: Line | undefined): DirectionMask {
  const mask = directionMask(scope.direction)
  const place = placeOf(scope)
  if (!line || (!section && !place)) return mask
  const directions = line.directions.filter((d) => (directionMask(d.id) & mask) !== 0)
  const known = (s: Section) => line.directions.some((d) => range(line, d, s))
  const mine = section && known(section) ? section : undefined
  const theirs = place && known(place) ? place : undefined
  if (!mine && !theirs) return mask
  return directions.filter((d) => meet(line, d, mine, theirs)).reduce((found, d) => found | directionMask(d.id), 0)
}

const placeOf = (scope: Scope): Section | undefined =>
  scope.fromStop !== '' && scope.toStop !== ''
    ? { fromStop: scope.fromStop, toStop: scope.toStop }
    : scope.stop !== ''
      ? { fromStop: scope.stop, toStop: scope.stop }
      : undefined

function meet(line: Line, direction: LineDirection, a: Section | undefined, b: Section | undefined): boolean {
  const whole: Range = [0, direction.order.length - 1]
  const first = a ? range(line, direction, a) : whole
  const second = b ? range(line, direction, b) : whole
  return first !== undefined && second !== undefined && overlap(first, second)
}

type Range = readonly [number, number]

function overlap([a, b]: Range, [c, d]: Range): boolean {
  const from = Math.max(a, c)
  const until = Math.min(b, d)
  return a === b || c === d ? from <= until : from < until
}

/** Positions of a section's ends in a direction's order, ascending: who rides A to B also rides back. */
function range(line: Line, direction: LineDirection, section: Section): Range | undefined {
  const positions = positionsIn(line, direction)
  const a = positions.get(section.fromStop)
  const b = positions.get(section.toStop)
  return a === undefined || b === undefined ? undefined : [Math.min(a, b), Math.max(a, b)]
}

const cache = new WeakMap<LineDirection, ReadonlyMap<string, number>>()

/** Stop id → position in the direction; a platform of the other direction stands for the one with the same name in this one. */
function positionsIn(line: Line, direction: LineDirection): ReadonlyMap<string, number> {
  let found = cache.get(direction)
  if (!found) cache.set(direction, (found = positions(line, direction)))
  return found
}

function positions(line: Line, direction: LineDirection): ReadonlyMap<string, number> {
  const byName = new Map<string, number>()
  const byId = new Map<string, number>()
  direction.order.forEach((index, position) => {
    const stop = line.stops[index]
    if (!stop) return
    if (!byId.has(stop.id)) byId.set(stop.id, position)
    if (!byName.has(stop.name)) byName.set(stop.name, position)
  })
  for (const stop of line.stops) {
    const position = byName.get(stop.name)
    if (!byId.has(stop.id) && position !== undefined) byId.set(stop.id, position)
  }
  return byId
}
