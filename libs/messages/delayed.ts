import type { Revision } from '#domain/disruption'
import { reason } from './cause'
import { subjectWithDirection, where } from './place'
import { type Draft, type Story, joined } from './story'
import { wayOut } from './wayOut'
import { asOf, openEnd, until } from './when'

const step = 5

/** A delay: `Bus 12 towards Zoo: 10–15 min late until about 09:30.` */
export function delayed(story: Story): Draft {
  const late = lateness(story, story.facts)
  const before = story.before && story.before.delayMax > 0 ? lateness(story, story.before) : ''
  const changed = before !== '' && before !== late
  const headline = `${subjectWithDirection(story)}: ${changed ? story.words.now(late) : late}`
  const first = joined(headline, changed ? story.words.before(before) : '', where(story), until(story))
  return { headline, sentences: [first, openEnd(story), wayOut(story), reason(story), asOf(story)] }
}

/** Ranges that riders feel: whole steps of five minutes, no false precision. */
function lateness(story: Story, facts: Revision): string {
  const min = Math.floor(facts.delayMin / 60 / step) * step
  const max = Math.max(step, Math.ceil(facts.delayMax / 60 / step) * step)
  return story.words.late(Math.max(0, min), max)
}
