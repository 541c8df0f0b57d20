import { linesOf } from '#domain/disruption'
import { subject } from './lineLabel'
import { subjectWithDirection } from './place'
import type { Draft, Story } from './story'
import { timeOf } from './when'

/** The all-clear: `All clear: Tram 3 runs as planned again since 14:20.` What is not a line is over. */
export function allClear(story: Story): Draft {
  const since = timeOf(story, story.facts.at)
  const lines = linesOf(story.facts).length
  const runs = lines > 0 || story.facts.scopes.length === 0
  const headline = runs
    ? `${subjectWithDirection(story)} ${story.words.runsAgain(since, lines !== 1)}`
    : `${subject(story)} ${story.words.over(since)}`
  return { headline, sentences: [headline] }
}
