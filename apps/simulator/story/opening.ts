import { lineOfCity } from '../plan/plan'
import { lindenau } from '../plan/lindenau'
import { chanceBetween } from '../chance'
import type { Incident } from './incident'
import { elevatorAlert, snowAlert, strikeAlert } from './operatorAlerts'
import { middleSection } from './section'
import { type Story, timeOf } from './storyTime'

/** Story seconds of the opening: it begins, gets worse, is over. */
const begins = 15
const worse = 45
const over = 75
/** An operator's own alert stands this much before its trips change, and after: what is detected is always explained by it. */
const alertLead = 7
const alertOutlasts = 20

/** The first incidents of a story, by its scenario. */
export function openingIncidents(story: Story): Incident[] {
  switch (story.scenario) {
    case 'breakdown':
      return [blocked(story, 'tram-3', begins)]
    case 'snow':
      return [announced(story, 'snow', ['tram-1', 'tram-3', 'tram-5']), ...['tram-3', 'tram-1', 'tram-5', 'bus-12'].map((line, i) => blocked(story, line, begins + alertLead + i))]
    case 'strike':
      return [announced(story, 'strike', ['tram-3', 'subway-u6', 'subway-u1']), ...['tram-3', 'subway-u6', 'subway-u1'].map((line) => cancelled(story, line))]
    case 'elevator':
      return [announced(story, 'elevator', ['tram-3', 'subway-u1', 'rail-s1'])]
    case 'feed-outage':
      return [blocked(story, 'tram-3', begins), outage(story)]
  }
} // prettier-ignore

const line = (id: string) => lineOfCity(lindenau, `lindenau:${id}`)

const named = (story: Story, what: string) => ({
  id: `${story.scenario}-0-${what}`,
  operator: 'lindenau',
  section: undefined,
  steps: [],
  alert: undefined,
  start: timeOf(story, begins),
  end: timeOf(story, over),
})

function blocked(story: Story, id: string, at: number): Incident {
  const steps = [
    { at: timeOf(story, at), low: 620, high: 880 },
    { at: timeOf(story, worse), low: 1220, high: 1480 },
  ]
  const section = middleSection(line(id), story.seed, 0)
  return { ...named(story, id), kind: 'DELAY', lines: [line(id)], section, steps, start: timeOf(story, at) }
}

const cancelled = (story: Story, id: string): Incident => ({
  ...named(story, id),
  kind: 'CANCELLED',
  lines: [line(id)],
  start: timeOf(story, begins + alertLead),
  end: timeOf(story, over + chanceBetween(0, 10, story.seed, id)),
})

function announced(story: Story, what: 'snow' | 'strike' | 'elevator', ids: readonly string[]): Incident {
  const alert = { snow: snowAlert, strike: strikeAlert, elevator: elevatorAlert }[what]
  return { ...named(story, `${what}-alert`), kind: 'ALERT', lines: ids.map(line), alert, end: timeOf(story, over + 10 + alertOutlasts) }
}

/** The feeds fail while the tram is blocked, and come back after it is free again: nobody may hear an all-clear in between. */
const outage = (story: Story): Incident => ({
  ...named(story, 'outage'),
  kind: 'OUTAGE',
  lines: [],
  start: timeOf(story, 55),
  end: timeOf(story, 115),
})
