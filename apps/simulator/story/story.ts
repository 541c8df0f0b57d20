import { beatIncidents } from './beats'
import type { Incident } from './incident'
import { openingIncidents } from './opening'
import { type Story, storySecondsAt } from './storyTime'

/** Story seconds: when the second incident may begin, and how often the next one does. */
const secondBegins = 135
const every = 200

/** The incidents number `index` of the story: one, or several at once where the opening says so. Number 0 opens it; there is no last one. */
export function incidentsNumber(story: Story, index: number): readonly Incident[] {
  return index === 0 ? openingIncidents(story) : beatIncidents(story, index, secondBegins + (index - 1) * every)
}

/** The number of the incidents that began last before an instant, 0 before the first. */
export function numberAt(story: Story, at: number): number {
  return Math.max(0, Math.floor((storySecondsAt(story, at) - secondBegins) / every) + 1)
}

/** Those that touch [from, to], in the order of their number. */
export function incidentsWithin(story: Story, from: number, to: number): Incident[] {
  const found: Incident[] = []
  for (let i = Math.max(0, numberAt(story, from) - 1); i <= numberAt(story, to) + 1; i++) found.push(...incidentsNumber(story, i))
  return found.filter((incident) => incident.start <= to && incident.end > from)
}

/** The next one to begin after an instant. */
export function nextIncident(story: Story, at: number): Incident {
  for (let i = numberAt(story, at); ; i++) {
    const next = incidentsNumber(story, i).find((incident) => incident.start > at)
    if (next) return next
  }
}
