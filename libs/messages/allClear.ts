import { type Effect, linesOf } from '#domain/disruption'
import { enumerate, lineLabel, subject } from './lineLabel'
import { ownText, ownTextFor } from './ownText'
import { subjectWithDirection, subjectWithOneDirection } from './place'
import { type Draft, type Story, joined } from './story'
import { timeOf } from './when'

/** Effects under which lines run as planned: when they end, nothing runs again. */
const leftRunning: readonly Effect[] = ['ACCESSIBILITY_ISSUE', 'STOP_MOVED', 'NO_EFFECT', 'ADDITIONAL_SERVICE']

/**
 * The all-clear: `All clear: Tram 3 runs as planned again since 14:20.` Where something else is still told of its lines, they do not run as
 * planned: then only what ended is over, and that the other goes on is said.
 */
export function allClear(story: Story): Draft {
  const still = linesOf(story.facts).filter((line) => story.disrupted(line))
  const headline = still.length === 0 && runsAgain(story) ? again(story) : over(story)
  const labels = still.map((line) => lineLabel(story, line))
  return { headline, sentences: [headline, labels.length > 0 ? story.words.goesOn(enumerate(labels, story.words)) : ''] }
}

const runsAgain = ({ facts }: Story): boolean =>
  !leftRunning.includes(facts.effect) && (linesOf(facts).length > 0 || facts.scopes.length === 0)

const again = (story: Story): string =>
  joined(subjectWithOneDirection(story), story.words.runsAgain(since(story), linesOf(story.facts).length !== 1))

const over = (story: Story): string => joined(what(story), story.words.over(since(story)))

const since = (story: Story): string => timeOf(story, story.facts.at)

/** A topic by its name; an alert of the operator in its words; else lines and effect. */
function what(story: Story): string {
  const { facts, disruption, words } = story
  if (linesOf(facts).length === 0 && facts.scopes.length > 0) return subject(story)
  if (disruption.origin === 'FEED' && ownTextFor(story)) return words.quoted(ownText(story).headline.replace(/[.!…]+$/u, ''))
  return `${subjectWithDirection(story)}: ${words.quoted(words.effect[facts.effect])}`
}
