import { type Scope, bothDirections, linesOf } from '#domain/disruption'
import type { Line } from '#domain/line'
import { enumerate, nameOf, stopName, subject } from './lineLabel'
import type { Story } from './story'

/** `Tram 3 towards Nord`, `Tram 3 both ways`; several lines stand without a direction. */
export function subjectWithDirection(story: Story): string {
  return [subject(story), direction(story)].filter(Boolean).join(' ')
}

/** As `subjectWithDirection`, without `both ways`: where a line runs again, nobody asks whether both ways. */
export const subjectWithOneDirection = (story: Story): string => [subject(story), oneDirection(story)].filter(Boolean).join(' ')

function direction(story: Story): string {
  const line = onlyLine(story)
  return line && line.directions.length > 1 ? oneDirection(story) || story.words.bothWays : ''
}

function oneDirection(story: Story): string {
  const line = onlyLine(story)
  if (!line || line.directions.length < 2) return ''
  const ids = new Set(story.facts.scopes.map((s) => s.direction))
  const only = ids.size === 1 ? [...ids][0] : bothDirections
  const towards = line.directions.find((d) => d.id === only)?.towards
  return towards ? story.words.towards(nameOf(towards)) : ''
}

function onlyLine(story: Story): Line | undefined {
  const [id, ...others] = linesOf(story.facts)
  return id === undefined || others.length > 0 ? undefined : story.lineOf(id)
}

/** The section or the stop, when it is not the whole line: `Hbf–Messe`, `at Markt`. */
export function where(story: Story): string {
  const places = new Set(story.facts.scopes.map((s) => placeOf(story, s)).filter(Boolean))
  return enumerate([...places], story.words)
}

function placeOf(story: Story, scope: Scope): string {
  if (scope.fromStop && scope.toStop) return story.words.section(stopName(story, scope.fromStop), stopName(story, scope.toStop))
  return scope.stop && scope.line ? story.words.at(stopName(story, scope.stop)) : ''
}

/** Names of the single stops that are affected. */
export const stopsOf = (story: Story): string[] => [...new Set(story.facts.scopes.map((s) => stopName(story, s.stop)).filter(Boolean))]
