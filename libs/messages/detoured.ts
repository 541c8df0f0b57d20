import { reason } from './cause'
import { enumerate } from './lineLabel'
import { stopsOf, subjectWithDirection, where } from './place'
import { type Draft, type Story, joined } from './story'
import { wayOut } from './wayOut'
import { asOf, openEnd, until } from './when'

/** A detour: `Bus 5 both ways: detour, no stop at Rathaus and Post until 18:00.` */
export function detoured(story: Story): Draft {
  const stops = stopsOf(story)
  const left = stops.length > 0 ? `, ${story.words.noStopAt(enumerate(stops, story.words))}` : ''
  const headline = `${subjectWithDirection(story)}: ${story.words.effect.DETOUR}${left}`
  const first = joined(headline, left ? '' : where(story), until(story))
  return { headline, sentences: [first, openEnd(story), wayOut(story), reason(story), asOf(story)] }
}
