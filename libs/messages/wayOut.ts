import { linesOf } from '#domain/disruption'
import { type Line, type Neighbour, mayRunAt } from '#domain/line'
import { clockTime } from './clockTime'
import { enumerate, lineLabel, nameOf } from './lineLabel'
import type { Story } from './story'

const offered = 2

/** What to do instead: up to two lines that share a stop with the disrupted one and run themselves, at this hour too; `Use Bus 12 from Markt`. */
export function wayOut(story: Story): string {
  const names = neighboursOf(story)
    .slice(0, offered)
    .map((n) => story.words.from(lineLabel(story, n.line), nameOf(n.stop)))
  return names.length > 0 ? story.words.use(enumerate(names, story.words)) : ''
}

/** One entry a line, the stop within the disrupted section first. */
function neighboursOf(story: Story): Neighbour[] {
  const ids = linesOf(story.facts)
  const disrupted = new Set(ids)
  const all = ids.flatMap((id) => story.lineOf(id)).filter((line) => line !== undefined)
  const usable = all.flatMap((line) => nearestFirst(story, line)).filter((n) => !disrupted.has(n.line) && !story.disrupted(n.line))
  return [...new Map(usable.toReversed().map((n) => [n.line, n])).values()].toReversed().filter((n) => runsNow(story, story.lineOf(n.line)))
}

/** A night bus is no way out at noon. */
const runsNow = (story: Story, line: Line | undefined): boolean =>
  line !== undefined && mayRunAt(line, clockTime(story.now, story.now, story.operator.timezone).hour)

function nearestFirst(story: Story, line: Line): readonly Neighbour[] {
  const within = sectionNames(story, line)
  return line.neighbours.toSorted((a, b) => Number(within.has(b.stop)) - Number(within.has(a.stop)))
}

/** Names of the stops from one end of the section to the other. */
function sectionNames(story: Story, line: Line): Set<string> {
  const section = story.facts.scopes.find((s) => s.line === line.id && s.fromStop && s.toStop)
  const order = line.directions[0]?.order.map((i) => line.stops[i]) ?? []
  const ends = [section?.fromStop, section?.toStop].map((id) => order.findIndex((s) => s?.id === id))
  if (ends.includes(-1)) return new Set()
  return new Set(order.slice(Math.min(...ends), Math.max(...ends) + 1).map((s) => s?.name ?? ''))
}
