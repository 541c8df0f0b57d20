import type { Line } from '#domain/line'
import type { Language, Operator } from '#domain/operator'
import { type Rider, type Subscription, lineScopeKey } from '#domain/rider'
import { type FieldErrors, timesOf } from '../riders/choice'
import { isStopped } from '../riders/edits'
import { type Chosen, choiceFields, errorSummary } from './choiceFields'
import { type Html, type Piece, html } from './html'
import { layout } from './layout'
import { localTime } from './localTime'
import { pageWords } from './wordsOf'
import type { PageChannel } from './subscribePage'

export interface ManageInput {
  readonly operator: Operator
  readonly language: Language
  readonly rider: Rider
  readonly lines: readonly Line[]
  readonly token: string
  readonly channel: PageChannel
  readonly address: string
  /** Of a webhook. */
  readonly secret: string | undefined
  readonly done: string
  readonly errors: FieldErrors
  /** Epoch seconds. */
  readonly now: number
}

/** `/r/:operator/manage`: everything a rider can change, without a script. */
export function managePage(input: ManageInput): string {
  const { operator, language, rider, lines, errors } = input
  const words = pageWords(language)
  const body = html` <h1>${words.manageTitle}</h1>
    ${done(input)} ${errorSummary(errors, language)} ${state(input)}
    <form method="post" action="${action(input, '')}" novalidate>
      ${choiceFields(lines, chosenOf(rider, lines), operator.languages, language, errors)}
      <p class="actions"><button>${words.save}</button></p>
    </form>
    <h2>${words.pauseTitle}</h2>
    <div class="actions">
      ${rider.pausedUntil > input.now && act(input, 'pause', '0', words.resume)}${act(input, 'pause', '1', words.pauseDay)}${act(input, 'pause', '7', words.pauseWeek)}
    </div>
    <h2>${words.stopTitle}</h2>
    <div class="actions">${isStopped(rider) ? act(input, 'start', '', words.start) : act(input, 'halt', '', words.stop)}</div>
    <h2>${words.dataTitle}</h2>
    <p>${words.dataIntro}</p>
    <div class="actions">${act(input, 'data', '', words.download)}</div>
    <details>
      <summary>${words.erase}</summary>
      <p>${words.eraseHint}</p>
      <div class="actions">${act(input, 'erase', '', words.eraseSure, 'danger')}</div>
    </details>`
  return layout({ title: words.manageTitle, language, brand: operator.name, home: `/s/${operator.id}?lang=${language}`, body })
}

function done({ done: name, language }: ManageInput): Piece {
  const { done: texts } = pageWords(language)
  return name in texts && html`<p class="note" role="status">${texts[name as keyof typeof texts]}</p>`
}

function state({ rider, language, operator, now, channel, address, secret }: ManageInput): Html {
  const words = pageWords(language)
  const until = rider.pausedUntil > now && words.pausedUntil(localTime(rider.pausedUntil, now, operator, language))
  return html`<div class="card">
    <p><strong>${isStopped(rider) ? words.state.stopped : until || words.state.active}</strong></p>
    <p class="soft">${words.reachedBy(words.channels[channel].name, address)}</p>
    ${secret && html`<p class="soft">${words.secret}:<br /><code>${secret}</code></p>`}
  </div>`
}

const action = ({ operator, token }: ManageInput, path: string) => `/r/${operator.id}/manage${path && `/${path}`}?t=${token}`

const act = (input: ManageInput, path: string, value: string, text: string, look = 'quiet'): Html =>
  html`<form method="post" action="${action(input, path)}"><button class="${look}" name="value" value="${value}">${text}</button></form>`

/** What the rider has now, as the form shows it; where lines differ, the times stay as they are. */
export function chosenOf(rider: Rider, lines: readonly Line[]): Chosen {
  const of = (line: Line) => rider.subscriptions.find((s) => s.scope === lineScopeKey(line.id))
  const own = lines
    .map((line) => ({ line, subscription: of(line) }))
    .filter((o): o is { line: Line; subscription: Subscription } => o.subscription !== undefined)
  const times = new Set(own.map((o) => timesOf(o.subscription.windows)))
  return {
    directions: new Map(own.map((o) => [o.line.id, o.subscription.direction])),
    times: times.size === 1 ? ([...times][0] ?? 'always') : times.size === 0 ? 'always' : 'own',
    severity: own[0]?.subscription.minSeverity ?? 'INFO',
    language: rider.language,
  }
}
