import { cities } from '../plan/cities'
import { lineTitle } from '../plan/plan'
import type { Incident } from './incident'
import { sectionNames } from './section'
import type { Story } from './storyTime'

const iso = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString()

/** The ground truth, for scoring a detector: what was planned, whatever anybody noticed. */
export function truthOf(story: Story, at: number, incidents: readonly Incident[]) {
  return {
    at: iso(at),
    seed: story.seed,
    scenario: story.scenario,
    speed: story.speed,
    startedAt: iso(story.startedAt),
    operators: cities.map((c) => ({ id: c.operator, name: c.name })),
    incidents: incidents.map(incidentTruth),
  }
}

function incidentTruth(incident: Incident) {
  const [line] = incident.lines
  return {
    id: incident.id,
    operator: incident.operator,
    kind: incident.kind,
    line: line?.name ?? null,
    lines: incident.lines.map((l) => ({ route: l.id, name: l.name, title: lineTitle(l) })),
    section: line && incident.section ? sectionNames(line, incident.section) : null,
    effect: incident.alert?.effect ?? null,
    start: iso(incident.start),
    end: iso(incident.end),
    steps: incident.steps.map((s) => ({ at: iso(s.at), delayMin: s.low, delayMax: s.high })),
  }
}
