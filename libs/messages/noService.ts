import { reason } from './cause'
import { subjectWithDirection, where } from './place'
import { type Draft, type Story, joined } from './story'
import { wayOut } from './wayOut'
import { asOf, openEnd, until } from './when'

/** No service: `Tram 3: no service Hbf–Messe until about 14:30. Use Bus 12 from Markt.` Where there is no way out, it says so. */
export function noService(story: Story): Draft {
  const headline = joined(`${subjectWithDirection(story)}: ${story.words.effect.NO_SERVICE}`, where(story))
  const instead = wayOut(story) || story.words.noWayOut
  return { headline, sentences: [joined(headline, until(story)), openEnd(story), instead, reason(story), asOf(story)] }
}
