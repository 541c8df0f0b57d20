import { chanceBetween } from '../chance'
import type { PlannedLine } from '../plan/plan'

/** Two stops next to each other in the middle of a line, so that vehicles of both directions wait before it. */
export function middleSection(line: PlannedLine, seed: string, index: number): { from: number; to: number } {
  const legs = line.stops.length - 1
  const from = chanceBetween(
    Math.floor(legs * 0.42),
    Math.max(Math.floor(legs * 0.42), Math.ceil(legs * 0.58) - 1),
    seed,
    index,
    line.id,
    'section',
  )
  return { from, to: from + 1 }
}

/** The section's stops as riders of the way there pass them. */
export function sectionNames(line: PlannedLine, section: { readonly from: number; readonly to: number }): { from: string; to: string } {
  return { from: line.stops[section.from]?.name ?? '', to: line.stops[section.to]?.name ?? '' }
}
