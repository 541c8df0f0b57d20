import type { Line } from '#domain/line'
import type { Language, Operator } from '#domain/operator'
import type { FieldErrors } from '../riders/choice'
import { type Chosen, choiceFields, errorSummary, radio } from './choiceFields'
import { type Html, html } from './html'
import { attribute, layout } from './layout'
import { pageWords } from './wordsOf'

export type PageChannel = 'TELEGRAM' | 'EMAIL' | 'WEBHOOK'

export interface SubscribeInput {
  readonly operator: Operator
  readonly language: Language
  readonly lines: readonly Line[]
  readonly channels: readonly PageChannel[]
  readonly chosen: Chosen
  readonly channel: string
  readonly email: string
  readonly url: string
  readonly errors: FieldErrors
}

/** `/r/:operator`: choose lines and where the alerts shall arrive. */
export function subscribePage(input: SubscribeInput): string {
  const { operator, language, errors } = input
  const words = pageWords(language)
  const other = words.other.language
  const body = html` <h1>${words.subscribeTitle}</h1>
    ${input.channels.length === 0 ? noChannel(input) : form(input)}`
  return layout({
    title: Object.keys(errors).length > 0 ? `${words.errorsTitle} ${words.subscribeTitle}` : words.subscribeTitle,
    language,
    brand: operator.name,
    home: `/s/${operator.id}?lang=${language}`,
    otherLanguage: operator.languages.includes(other) ? `/r/${operator.id}?lang=${other}` : undefined,
    body,
  })
}

const noChannel = ({ operator, language }: SubscribeInput): Html =>
  html`<p class="note">${pageWords(language).noChannel(operator.name)}</p>
    <p class="actions">
      <a class="button" href="/s/${operator.id}?lang=${language}">${pageWords(language).statusTitle(operator.name)}</a>
    </p>`

function form(input: SubscribeInput): Html {
  const { operator, language, lines, chosen, errors } = input
  const words = pageWords(language)
  return html`${errorSummary(errors, language)}
    <p>${words.subscribeIntro(operator.name)}</p>
    <form method="post" action="/r/${operator.id}?lang=${language}" novalidate>
      ${choiceFields(lines, chosen, operator.languages, language, errors)} ${channelField(input)}
      <p class="soft">${words.consent}</p>
      <p class="actions"><button>${words.next}</button></p>
    </form>`
}

function channelField({ channels, channel, language, errors, email, url }: SubscribeInput): Html {
  const words = pageWords(language)
  const option = (c: PageChannel) => radio('channel', c, words.channels[c].name, channel === c, words.channels[c].hint)
  return html`<fieldset id="channel" tabindex="-1" ${attribute('aria-describedby', errors.channel && 'channel-fault')}>
    <legend>${words.channel}</legend>
    ${errors.channel && html`<p class="fault" id="channel-fault">${words.faults[errors.channel]}</p>`}
    <div class="options">
      ${channels.map((c) => [
        option(c),
        c === 'EMAIL' && entry('email', 'email', words.email, email, errors.email && words.faults[errors.email], 'email'),
        c === 'WEBHOOK' && entry('url', 'url', words.url, url, errors.url && words.faults[errors.url], 'url'),
      ])}
    </div>
  </fieldset>`
}

const entry = (name: string, type: string, label: string, value: string, fault: string | undefined, autocomplete: string): Html =>
  html`<div class="entry">
    <label for="${name}">${label}</label>
    ${fault && html`<p class="fault" id="${name}-fault">${fault}</p>`}
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      autocomplete="${autocomplete}"
      ${attribute('aria-invalid', fault && 'true')}${attribute('aria-describedby', fault && `${name}-fault`)}
    />
  </div>`
