import type { Revision } from '#domain/disruption'
import { clockTime } from './clockTime'
import type { Story } from './story'

export const timeOf = (story: Story, at: number): string => story.words.time(clockTime(at, story.now, story.operator.timezone))
const shortTimeOf = (story: Story, at: number): string => story.words.shortTime(clockTime(at, story.now, story.operator.timezone))

/** `until 14:30` when it is declared, `until about 14:30` when it is estimated; empty when the end is unknown or the estimate has passed. */
export function until(story: Story, facts: Revision = story.facts): string {
  if (facts.declaredEnd > 0) return story.words.until(timeOf(story, facts.declaredEnd))
  if (facts.estimatedEnd > story.now) return story.words.untilAbout(timeOf(story, facts.estimatedEnd))
  return ''
}

/** What is unknown is said, with the time of the next message when one is promised. */
export function openEnd(story: Story): string {
  const next = story.facts.nextUpdate > story.now ? story.words.nextUpdate(timeOf(story, story.facts.nextUpdate)) : ''
  if (until(story)) return capital(next)
  return [story.words.endUnknown, next].filter(Boolean).join('; ')
}

/** When the facts held: two messages of one disruption never read alike. */
export const asOf = (story: Story): string => story.words.asOf(shortTimeOf(story, story.facts.at))

export const shortTime = shortTimeOf

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
