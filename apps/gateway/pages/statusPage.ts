import type { Language, Operator } from '#domain/operator'
import type { Severity } from '#domain/disruption'
import type { PublicLine } from '#domain/controlRoom'
import { badge } from './badge'
import { type Html, html } from './html'
import { layout } from './layout'
import { localTime } from './localTime'
import { statusMark } from './statusMark'
import { pageWords } from './wordsOf'

export interface StatusInput {
  readonly operator: Operator
  readonly language: Language
  readonly lines: readonly PublicLine[]
  readonly disruptions: readonly {
    readonly id: string
    readonly severity: Severity
    readonly openedAt: number
    readonly lines: readonly string[]
    readonly text: Readonly<Record<Language, string>>
    readonly headline: Readonly<Record<Language, string>>
  }[]
  /** Epoch seconds. */
  readonly now: number
}

/** `/s/:operator`: what runs and what does not, for everybody. */
export function statusPage(input: StatusInput): string {
  const { operator, language, lines, disruptions, now } = input
  const words = pageWords(language)
  const body = html` <h1>${words.statusTitle(operator.name)}</h1>
    <p class="lead">${summary(input)}</p>
    <p class="soft">${words.asOf(localTime(now, now, operator, language))}</p>
    <p class="actions"><a class="button" href="/r/${operator.id}?lang=${language}">${words.subscribe}</a></p>
    ${disruptions.length > 0 && html`<h2>${words.disruptions}</h2>`} ${disruptions.map((d) => event(d, input))}
    <h2>${words.lines}</h2>
    <ul class="plain rows">
      ${lines.map((l) => html`<li id="${l.id}">${badge(l)}<span class="soft">${l.towards.join(' – ')}</span>${statusMark(l.status, language)}</li>`)}
    </ul>
    <h2>${words.openData}</h2>
    <ul class="links">
      <li><a href="/api/v1/operators/${operator.id}/alerts.pb">GTFS-realtime (.pb)</a></li>
      <li><a href="/api/v1/operators/${operator.id}/alerts.json">GTFS-realtime (.json)</a></li>
      <li><a href="/api/v1/operators/${operator.id}/lines">JSON</a></li>
      <li><a href="/docs">API</a></li>
    </ul>`
  const other = words.other.language
  return layout({
    title: words.statusTitle(operator.name),
    language,
    brand: operator.name,
    home: `/s/${operator.id}?lang=${language}`,
    otherLanguage: operator.languages.includes(other) ? `/s/${operator.id}?lang=${other}` : undefined,
    refresh: 15,
    body,
  })
}

function summary({ lines, disruptions, language }: StatusInput): string {
  const words = pageWords(language)
  if (lines.length === 0) return words.summary.noLines
  const disrupted = lines.filter((l) => l.status === 'MINOR' || l.status === 'MAJOR').length
  if (disrupted > 0) return words.disrupted(disrupted, lines.length)
  if (lines.some((l) => l.status === 'UNKNOWN')) return words.summary.unseen
  return disruptions.some((d) => d.severity !== 'INFO') ? '' : words.summary.allGood
}

function event(d: StatusInput['disruptions'][number], { lines, language, operator, now }: StatusInput): Html {
  const named = lines.filter((l) => d.lines.includes(l.id))
  const rest = withoutHeadline(d.text[language], d.headline[language])
  return html`<article class="card event ${d.severity}" id="${d.id}">
    <div class="badges">${named.map(badge)}</div>
    <h3>${d.headline[language]}</h3>
    ${rest && html`<p>${rest}</p>`}
    <p class="soft">${pageWords(language).since(localTime(d.openedAt, now, operator, language))}</p>
  </article>`
}

/** The body repeats the headline: shown once. */
function withoutHeadline(text: string, headline: string): string {
  if (!text.startsWith(headline)) return text
  const rest = text.slice(headline.length).replace(/^[\s.!?…,;:]+/u, '')
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}
