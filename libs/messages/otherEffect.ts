import { reason } from './cause'
import { subjectWithDirection, where } from './place'
import { type Draft, type Story, joined } from './story'
import { wayOut } from './wayOut'
import { asOf, openEnd, until } from './when'

/** Effects in which another line helps. */
const helped = new Set(['SIGNIFICANT_DELAYS', 'REDUCED_SERVICE'])

/** Any other effect of a detected disruption or a notice: fewer trips, a moved stop, a lift. */
export function otherEffect(story: Story): Draft {
  const { effect } = story.facts
  const headline = joined(`${subjectWithDirection(story)}: ${story.words.effect[effect]}`, where(story))
  const instead = helped.has(effect) ? wayOut(story) : ''
  return { headline, sentences: [joined(headline, until(story)), openEnd(story), instead, reason(story), asOf(story)] }
}
