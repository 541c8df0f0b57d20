import type { Line } from '#domain/line'
import type { Language } from '#domain/operator'
import { type Rider, lineScopeKey } from '#domain/rider'
import { wordsOf } from '#messages/wordsOf'
import type { Choice } from '../riders/choice'
import { isStopped, maxSubscriptions } from '../riders/edits'
import { type Command, readCommand } from './command'
import { type FoundLines, findLines } from './findLines'
import { type Replies, repliesIn } from './replies'

/** What an answer changes; who carries it out knows channel and time. */
export type Change =
  | { readonly kind: 'none' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'start'; readonly choice: Choice | undefined }
  | { readonly kind: 'subscribe'; readonly lines: readonly string[] }
  | { readonly kind: 'unsubscribe'; readonly lines: readonly string[] }
  | { readonly kind: 'pause'; readonly days: number }
  | { readonly kind: 'language'; readonly language: Language }

export interface Answer {
  /** May hold `manageLinkMark`. */
  readonly reply: string
  readonly change: Change
}

interface Talk {
  readonly rider: Rider | undefined
  readonly lines: readonly Line[]
  readonly language: Language
  readonly say: Replies
}

/**
 * The whole conversation: what a rider wrote → what to answer, and what that changes. `language`: the rider's, or for a stranger that of the
 * messenger. `choice`: what was chosen on the web under the token of `/start`.
 */
export function answer(text: string, rider: Rider | undefined, lines: readonly Line[], language: Language, choice?: Choice): Answer {
  const spoken = choice?.language ?? language
  const talk = { rider, lines, language: spoken, say: repliesIn(spoken) }
  const command = readCommand(text)
  return command.kind === 'start' ? start(command.rest, talk, choice) : tellers[command.kind](command as never, talk)
}

const same: Change = { kind: 'none' }

/** Also `START U6`. After STOP it turns on again what was there. */
function start(rest: string, talk: Talk, choice: Choice | undefined): Answer {
  const { rider, say } = talk
  if (choice)
    return {
      reply: say.following(
        labels(
          talk,
          linesOfScopes(
            talk,
            [...own(talk), ...choice.subscriptions].map((s) => s.scope),
          ),
        ),
      ),
      change: { kind: 'start', choice },
    }
  const named = findLines(rest, talk.lines)
  if (named.found.length + named.ambiguous.length > 0) return follow(named, talk)
  const before = linesOfScopes(talk, rider?.subscriptions.map((s) => s.scope) ?? [])
  return { reply: before.length > 0 ? say.welcomeBack(labels(talk, before)) : say.welcome, change: { kind: 'start', choice: undefined } }
}

const tellers: { readonly [K in Exclude<Command['kind'], 'start'>]: (command: Extract<Command, { kind: K }>, talk: Talk) => Answer } = {
  stop: stop,
  text: ({ rest }, talk) => follow(findLines(rest, talk.lines), talk),
  pause: ({ days }, talk) => ifRider(talk, { reply: talk.say.paused(days), change: { kind: 'pause', days } }),
  resume: (_, talk) => ifRider(talk, { reply: talk.say.resumed, change: { kind: 'resume' } }),
  language: ({ language }, talk) =>
    language
      ? ifRider(talk, { reply: repliesIn(language).language, change: { kind: 'language', language } })
      : { reply: talk.say.whichLanguage, change: same },
  lines: (_, talk) => ({ reply: talk.say.lines(ownLabels(talk), labels(talk, talk.lines)), change: same }),
  mydata: (_, talk) => ifRider(talk, { reply: talk.say.myData, change: same }),
  help: (_, talk) => ({ reply: talk.say.help, change: same }),
}

const ifRider = (talk: Talk, answer: Answer): Answer => (talk.rider ? answer : { reply: talk.say.unknownRider, change: same })

/** Follows what is named clearly; a sentence with more other words than lines is not taken for an order. */
function follow(named: FoundLines, talk: Talk): Answer {
  const { say } = talk
  const hints = [
    ...named.ambiguous.slice(0, 3).map((lines) => say.which(labels(talk, lines, ` ${say.and} `))),
    ...(named.nearest.length > 0 ? [say.nearest(labels(talk, named.nearest, ` ${say.and} `))] : []),
  ]
  const isOrder = named.found.length > 0 && named.unknown <= named.found.length
  if (!isOrder) {
    const meant = named.found.length > 0 ? [say.nearest(labels(talk, named.found, ` ${say.and} `))] : hints
    return { reply: [...meant, ...(named.ambiguous.length > 0 ? [] : [say.notUnderstood])].join('\n'), change: same }
  }
  const added = named.found.map((l) => l.id)
  const all = linesOfScopes(talk, [...own(talk).map((s) => s.scope), ...added.map(lineScopeKey)])
  if (all.length > maxSubscriptions) return { reply: say.tooMany, change: same }
  return { reply: [say.following(labels(talk, all)), ...hints].join('\n'), change: { kind: 'subscribe', lines: added } }
}

/** STOP with words that are no line stops everything: who writes it wants silence. A number or name that no line has is asked back. */
function stop({ rest }: { readonly rest: string }, talk: Talk): Answer {
  const { say, rider } = talk
  const named = findLines(rest, talk.lines)
  const lines = [...named.found, ...named.ambiguous.flat()]
  if (lines.length === 0 && /\p{N}/u.test(rest)) return { reply: say.stopWhich(ownLabels(talk)), change: same }
  if (lines.length === 0) return { reply: say.stopped, change: rider ? { kind: 'stop' } : same }
  const scopes = lines.map((l) => lineScopeKey(l.id))
  const left = own(talk).filter((s) => !scopes.includes(s.scope))
  const rest2 =
    left.length > 0
      ? say.left(
          labels(
            talk,
            linesOfScopes(
              talk,
              left.map((s) => s.scope),
            ),
          ),
        )
      : say.nothingLeft
  return {
    reply: `${say.stoppedLines(labels(talk, lines))} ${rest2}`,
    change: rider ? { kind: 'unsubscribe', lines: lines.map((l) => l.id) } : same,
  }
}

/** After STOP nothing counts as followed. */
const own = ({ rider }: Talk) => (rider && !isStopped(rider) ? rider.subscriptions : [])

function ownLabels(talk: Talk): string {
  return (
    labels(
      talk,
      linesOfScopes(
        talk,
        own(talk).map((s) => s.scope),
      ),
    ) || talk.say.noneYet
  )
}

const linesOfScopes = ({ lines }: Talk, scopes: readonly string[]) => lines.filter((l) => scopes.includes(lineScopeKey(l.id)))

const maxNamed = 60

/** `Tram 3, U6`, as the alerts call them. */
function labels({ language }: Talk, lines: readonly Line[], between = ', '): string {
  const names = lines.slice(0, maxNamed).map((l) => wordsOf(language).line(l.mode, l.name))
  return names.join(between) + (lines.length > maxNamed ? ' …' : '')
}
