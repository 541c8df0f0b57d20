import type { City, PlannedLine, Stop } from '../plan/plan'

export interface Label {
  readonly stop: Stop
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle' | 'end'
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export const labelSize = 0.66
const letterWidth = 0.36
/** Where a name may stand: right or left of the stop, above or below it; the first one that is free wins. */
const places = [
  { dx: 0.6, dy: 0.95, anchor: 'start' },
  { dx: 0.6, dy: -0.55, anchor: 'start' },
  { dx: -0.6, dy: 0.95, anchor: 'end' },
  { dx: -0.6, dy: -0.55, anchor: 'end' },
  { dx: 0, dy: 1.5, anchor: 'middle' },
  { dx: 0, dy: -1, anchor: 'middle' },
  { dx: 1.15, dy: 0.25, anchor: 'start' },
  { dx: -1.15, dy: 0.25, anchor: 'end' },
] as const

/** Names of the crossings and termini, placed one after the other where they hide the least; what fits nowhere stays without a name. */
export function labelsOf(city: City): Label[] {
  const taken = city.lines.flatMap((line) => endsOf(line).map(badgeBox))
  const dots = city.lines.flatMap(trackPoints)
  const labels: Label[] = []
  for (const stop of named(city)) {
    const options = places.map(({ dx, dy, anchor }) => ({ stop, x: stop.x + dx, y: stop.y + dy, anchor }))
    const [best] = options.map((label) => ({ label, cost: costOf(boxOf(label), taken, dots, city) })).sort((a, b) => a.cost - b.cost)
    if (!best || best.cost >= 100) continue
    labels.push(best.label)
    taken.push(boxOf(best.label))
  }
  return labels
}

const endsOf = (line: PlannedLine): Stop[] => [line.stops[0], line.stops.at(-1)].filter((s) => s !== undefined)

/** Those with most lines first: they get the best places. */
function named(city: City): Stop[] {
  const lines = (stop: Stop) => city.lines.filter((l) => l.stops.includes(stop)).length
  const isEnd = (stop: Stop) => city.lines.some((l) => endsOf(l).includes(stop))
  return city.stops.filter((s) => lines(s) > 1 || isEnd(s)).sort((a, b) => lines(b) - lines(a))
}

function costOf(box: Box, taken: readonly Box[], dots: readonly (readonly [number, number])[], { size: [width, height] }: City): number {
  const outside = box.left < 0.1 || box.top < 0.1 || box.right > width - 0.1 || box.bottom > height - 0.1
  const clash = taken.some((t) => t.left < box.right && box.left < t.right && t.top < box.bottom && box.top < t.bottom)
  const hidden = dots.filter(([x, y]) => x > box.left && x < box.right && y > box.top && y < box.bottom).length
  return (outside || clash ? 100 : 0) + hidden
}

function boxOf({ stop, x, y, anchor }: Label): Box {
  const width = stop.name.length * letterWidth
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2
  return { left, right: left + width, top: y - labelSize * 0.85, bottom: y + 0.2 }
}

const badgeBox = ({ x, y }: Stop): Box => ({ left: x - 1, right: x + 1, top: y - 0.75, bottom: y + 0.75 })

/** Points along a line, close together, a little to both sides of it. */
function trackPoints(line: PlannedLine): [number, number][] {
  return line.stops.slice(1).flatMap((to, i) => {
    const from = line.stops[i] as Stop
    const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) * 4)
    return Array.from({ length: steps + 1 }, (_, n): [number, number] => [
      from.x + ((to.x - from.x) * n) / steps,
      from.y + ((to.y - from.y) * n) / steps,
    ])
  })
}
