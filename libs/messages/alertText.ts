import { type Disruption, type Revision, newest } from '#domain/disruption'
import type { Line } from '#domain/line'
import type { Language, Operator } from '#domain/operator'
import { allClear } from './allClear'
import { cancelled } from './cancelled'
import { cleanText } from './clean'
import { delayed } from './delayed'
import { detoured } from './detoured'
import { otherEffect } from './otherEffect'
import { ownText, ownTextFor } from './ownText'
import { noService } from './noService'
import { type Story, type Teller, bodyOf } from './story'
import { wordsOf } from './wordsOf'

/** Everything that a text is made from: the disruption with its facts, and what its readers know the places by. */
export interface AlertInput {
  readonly disruption: Disruption
  /** Revision last told to these riders; 0 = nothing yet. */
  readonly told: number
  readonly operator: Operator
  /** The operator's line of this id, for names, stops, directions and neighbours. */
  readonly lineOf: (id: string) => Line | undefined
  /** Whether a line is disrupted itself: then it is not offered as the way out. */
  readonly disrupted: (line: string) => boolean
  readonly language: Language
  /** Epoch seconds: decides only whether a time needs its date, and whether an estimate has passed. */
  readonly now: number
  /** How many characters a text written by staff or by the operator may take (limits.ts); 350 unless told. */
  readonly room?: number
}

export interface AlertText {
  readonly stage: 'WHOLE' | 'UPDATE' | 'ALL_CLEAR'
  /** Stands alone: line, direction and effect. */
  readonly headline: string
  /** The whole message, headline included; plain text without control characters. */
  readonly body: string
}

/**
 * A disruption as riders read it: nothing told yet → the whole message, something told → what is new, closed → the all-clear. Order: line and
 * direction · effect · where · until when · what to do · cause · as of when. A disruption without a revision has no text (undefined).
 */
export function alertText(input: AlertInput): AlertText | undefined {
  const facts = newest(input.disruption)
  if (!facts) return undefined
  const story = storyOf(input, facts)
  const stage = stageOf(facts, input.told)
  const draft = stage === 'ALL_CLEAR' ? allClear(story) : tellerOf(story)(story)
  const start = { WHOLE: '', UPDATE: `${story.words.update} `, ALL_CLEAR: `${story.words.allClear} ` }[stage]
  return { stage, headline: cleanText(start + draft.headline), body: cleanText(start + bodyOf(draft)) }
}

function stageOf(facts: Revision, told: number): AlertText['stage'] {
  if (facts.closing) return 'ALL_CLEAR'
  return told > 0 ? 'UPDATE' : 'WHOLE'
}

function storyOf(input: AlertInput, facts: Revision): Story {
  const before = input.told > 0 ? input.disruption.revisions.findLast((r) => r.number <= input.told) : undefined
  return { ...input, room: input.room ?? 350, facts, before, words: wordsOf(input.language) }
}

/** Which case it is: a text of staff or operator stands before what can be generated; then trips, minutes, and the effect. */
function tellerOf(story: Story): Teller {
  if (ownTextFor(story)) return ownText
  if (story.facts.cancelled.length > 0) return cancelled
  if (story.facts.delayMax > 0) return delayed
  if (story.facts.effect === 'DETOUR') return detoured
  if (story.facts.effect === 'NO_SERVICE') return noService
  return otherEffect
}
