import { linesOf } from '#domain/disruption'
import { cleanLine } from './clean'
import { limitText } from './limits'
import type { Story } from './story'
import type { Words } from './words'

const named = 4

/** Names of stops and lines come from outside: one clean line of bounded length. */
export const nameOf = (text: string): string => limitText(cleanLine(text), 60)

/** `Tram 3`, `U6`; an id that no timetable knows stands for itself. */
export function lineLabel(story: Pick<Story, 'lineOf' | 'words'>, id: string): string {
  const line = story.lineOf(id)
  return line ? story.words.line(line.mode, nameOf(line.name)) : nameOf(id)
}

/** What it is about, as riders call it: the lines, else topics or stops, else the whole network. */
export function subject(story: Story): string {
  const lines = linesOf(story.facts).map((id) => lineLabel(story, id))
  if (lines.length > 0) return enumerate(lines, story.words)
  const others = new Set(story.facts.scopes.map((s) => s.topic || stopName(story, s.stop)).filter(Boolean))
  if (others.size > 0) return enumerate([...others].map(nameOf), story.words)
  return story.words.network(nameOf(story.operator.name))
}

/** `A, B and C`; from the fifth on only their number. */
export function enumerate(names: readonly string[], words: Words): string {
  const shown = names.length > named + 1 ? [...names.slice(0, named), words.more(names.length - named)] : names
  const last = shown.at(-1) ?? ''
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} ${words.and} ${last}`
}

/** A stop's name, looked for in the lines that the disruption names, else its id. */
export function stopName(story: Story, stop: string): string {
  if (!stop) return ''
  for (const id of linesOf(story.facts)) {
    const found = story.lineOf(id)?.stops.find((s) => s.id === stop)
    if (found) return nameOf(found.name)
  }
  return nameOf(stop)
}
