import type { Bilingual, Incident } from './incident'
import { coming, ending, worsening } from './sentences'

/** A moment at which the story goes on. */
export interface Turn {
  /** Epoch seconds. */
  readonly at: number
  readonly operator: string
  readonly text: Bilingual
}

/** What happens next: one of the running incidents gets worse or ends, or the next one begins. */
export function nextTurn(running: readonly Incident[], next: Incident, at: number): Turn {
  const begins = { at: next.start, operator: next.operator, text: coming(next) }
  const ahead = running.flatMap(turnsOf).filter((turn) => turn.at > at)
  return ahead.reduce((first, turn) => (turn.at < first.at ? turn : first), begins)
}

const turnsOf = (incident: Incident): Turn[] => [
  ...incident.steps.slice(1).map((step) => ({ at: step.at, operator: incident.operator, text: worsening(incident) })),
  { at: incident.end, operator: incident.operator, text: ending(incident) },
]
