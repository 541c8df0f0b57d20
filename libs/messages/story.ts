import type { Disruption, Revision } from '#domain/disruption'
import type { Line } from '#domain/line'
import type { Language, Operator } from '#domain/operator'
import type { Words } from './words'

/** What the tellers (one file a case) work on. */
export interface Story {
  readonly disruption: Disruption
  /** The facts to tell, and those told before (undefined: nothing told yet). */
  readonly facts: Revision
  readonly before: Revision | undefined
  readonly operator: Operator
  readonly lineOf: (id: string) => Line | undefined
  readonly disrupted: (line: string) => boolean
  readonly language: Language
  readonly words: Words
  /** Epoch seconds. */
  readonly now: number
  readonly room: number
}

/** The first sentence holds the headline; empty sentences are left out. */
export interface Draft {
  readonly headline: string
  readonly sentences: readonly string[]
}

export type Teller = (story: Story) => Draft

export const joined = (...parts: readonly string[]): string => parts.filter(Boolean).join(' ')

export const bodyOf = (draft: Draft): string => joined(...draft.sentences.filter(Boolean).map(ended))

const ended = (sentence: string): string => (/[.!?…]$/u.test(sentence) ? sentence : `${sentence}.`)
