import { type Effect, linesOf } from '#domain/disruption'
import { textIn, textOrFallback } from './chooseText'
import { cleanLine, cleanText } from './clean'
import { limitText } from './limits'
import { lineLabel, subject } from './lineLabel'
import type { Draft, Story } from './story'
import { asOf, openEnd, until } from './when'

const headlineMax = 80

/** Effects that say nothing by themselves: a text in a foreign language is better than none. */
const vague: readonly Effect[] = ['UNKNOWN_EFFECT', 'OTHER_EFFECT', 'NO_EFFECT']

/**
 * What staff or the operator wrote for these readers, cleaned; empty: nothing usable, the text is generated. A notice without a text in the
 * readers' language is generated as long as its facts say something; an operator's own alert is passed on in the language that there is.
 */
export function ownTextFor(story: Story): string {
  const { texts, rule } = story.disruption
  const generated = rule !== 'ALERT' && !vague.includes(story.facts.effect)
  return limitText(cleanText(generated ? textIn(texts, story.language) : textOrFallback(texts, story.language)), story.room)
}

/** A text of staff or operator: the line before it unless it names it, the end and the time of the facts after it. */
export function ownText(story: Story): Draft {
  const text = ownTextFor(story)
  const prefix = namesItsLines(story, text) ? '' : `${subject(story)}: `
  return {
    headline: prefix + limitText(cleanLine(text.split('\n')[0] ?? ''), headlineMax),
    sentences: [prefix + text, capital(until(story)), openEnd(story), asOf(story)],
  }
}

function namesItsLines(story: Story, text: string): boolean {
  const lower = text.toLowerCase()
  return linesOf(story.facts).every((id) => lower.includes(lineLabel(story, id).toLowerCase()))
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
