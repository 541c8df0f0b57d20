import { chance, chanceBetween } from '../chance'
import { lindenau } from '../plan/lindenau'
import { type City, lineOfCity } from '../plan/plan'
import { seebach } from '../plan/seebach'
import type { Incident, IncidentKind } from './incident'
import { detourAlert } from './operatorAlerts'
import { middleSection } from './section'
import { type Story, timeOf } from './storyTime'

/** One thing that can happen again and again. The simulated riders follow all of these lines, so that a page left open is never dead. */
interface Beat {
  readonly city: City
  readonly line: string
  readonly kind: IncidentKind
}

const beats: readonly Beat[] = [
  { city: lindenau, line: 'bus-12', kind: 'DELAY' },
  { city: lindenau, line: 'subway-u6', kind: 'CANCELLED' },
  { city: lindenau, line: 'tram-1', kind: 'ALERT' },
  { city: seebach, line: 'bus-21', kind: 'DELAY' },
  { city: lindenau, line: 'rail-s1', kind: 'CANCELLED' },
  { city: lindenau, line: 'tram-5', kind: 'DELAY' },
]

/** The beats go round for ever; the seed decides where the round begins and which way it turns. Two in a row are never of one line. */
function beatNumber(seed: string, index: number): Beat {
  const step = chance(seed, 'turn') < 0.5 ? 1 : beats.length - 1
  return beats[(chanceBetween(0, beats.length - 1, seed, 'begin') + index * step) % beats.length] as Beat
}

/** Incident number `index` (1 and up), which may begin at the given story second or up to 40 seconds later. */
export function beatIncidents(story: Story, index: number, from: number): Incident[] {
  const beat = beatNumber(story.seed, index - 1)
  const begins = from + chanceBetween(0, 40, story.seed, index, 'begins')
  const lasts = chanceBetween(75, 110, story.seed, index, 'lasts')
  const incident = base(story, index, beat, begins, lasts)
  if (beat.kind === 'DELAY') return [{ ...incident, ...delay(story, index, incident, begins, lasts) }]
  return beat.kind === 'ALERT' ? [{ ...incident, alert: detour(story, index, incident) }] : [incident]
}

function base(story: Story, index: number, beat: Beat, begins: number, lasts: number): Incident {
  const line = lineOfCity(beat.city, `${beat.city.operator}:${beat.line}`)
  return {
    id: `${story.scenario}-${index}-${beat.line}`,
    operator: beat.city.operator,
    kind: beat.kind,
    lines: [line],
    section: undefined,
    start: timeOf(story, begins),
    end: timeOf(story, begins + lasts),
    steps: [],
    alert: undefined,
  }
}

/** Two thirds of the delays get worse half way. The small operator's few buses are all in the same jam. */
function delay(story: Story, index: number, incident: Incident, begins: number, lasts: number): Pick<Incident, 'section' | 'steps'> {
  const [line] = incident.lines
  const first = { at: timeOf(story, begins), ...delayRange(chanceBetween(2, 3, story.seed, index, 'size')) }
  const second = { at: timeOf(story, begins + Math.round(lasts / 2)), ...delayRange(4) }
  const worse = chance(story.seed, index, 'worse') < 2 / 3
  const section = line && incident.operator === lindenau.operator ? middleSection(line, story.seed, index) : undefined
  return { section, steps: worse ? [first, second] : [first] }
}

/** Inside a range that riders feel: 2 is 10–15 minutes, 3 is 15–20. */
const delayRange = (fives: number) => ({ low: fives * 300 + 20, high: (fives + 1) * 300 - 20 })

function detour(story: Story, index: number, { lines: [line] }: Incident): Incident['alert'] {
  const skipped = line?.stops[chanceBetween(2, line.stops.length - 3, story.seed, index, 'skipped')]
  return line && skipped && detourAlert(line, skipped.name)
}
