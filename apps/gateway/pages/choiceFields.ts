import { type Severity, severities } from '#domain/disruption'
import type { Line } from '#domain/line'
import type { Language } from '#domain/operator'
import { badge } from './badge'
import { type Html, type Piece, html } from './html'
import { attribute } from './layout'
import { pageWords } from './wordsOf'
import type { FieldErrors } from '../riders/choice'

/** What a form shows as chosen. */
export interface Chosen {
  /** By line id: 0, 1, or 2 = both. */
  readonly directions: ReadonlyMap<string, number>
  readonly times: 'always' | 'commute' | 'own'
  readonly severity: Severity
  readonly language: Language
}

/** Lines with direction, times, severity and language: the same on the page to subscribe and on the page to change. */
export function choiceFields(
  lines: readonly Line[],
  chosen: Chosen,
  offered: readonly Language[],
  language: Language,
  errors: FieldErrors,
): Html {
  const words = pageWords(language)
  return html` <fieldset id="line" tabindex="-1" ${attribute('aria-describedby', errors.line && 'line-fault')}>
      <legend>${words.chooseLines}</legend>
      ${errors.line && html`<p class="fault" id="line-fault">${words.faults[errors.line]}</p>`}
      <div class="options">${lines.map((line) => lineField(line, chosen, language))}</div>
    </fieldset>
    <fieldset>
      <legend>${words.times}</legend>
      <div class="options">
        ${chosen.times === 'own' && radio('times', 'own', words.ownTimes, true)}
        ${radio('times', 'always', words.always, chosen.times === 'always')}
        ${radio('times', 'commute', words.commute, chosen.times === 'commute')}
      </div>
    </fieldset>
    <fieldset>
      <legend>${words.severity}</legend>
      <div class="options">${severities.map((s) => radio('severity', s, words.severities[s], chosen.severity === s))}</div>
    </fieldset>
    ${
      offered.length > 1 &&
      html`<fieldset>
        <legend>${words.language}</legend>
        <div class="options">${offered.map((l) => radio('language', l, languageNames[l], chosen.language === l))}</div>
      </fieldset>`
    }`
}

const languageNames: Readonly<Record<Language, string>> = { de: 'Deutsch', en: 'English' }

function lineField(line: Line, chosen: Chosen, language: Language): Html {
  const words = pageWords(language)
  const direction = chosen.directions.get(line.id)
  return html`<div class="line">
    <label class="option"
      ><input type="checkbox" name="line" value="${line.id}" ${checked(direction !== undefined)} />${badge(line)}<small
        >${termini(line)}</small
      ></label
    >
    ${
      line.directions.length > 1 &&
      html`<select name="direction-${line.id}" aria-label="${words.directionOf(line.name)}">
        ${[{ id: 2, text: words.bothDirections }, ...line.directions.map((d) => ({ id: d.id, text: words.towards(d.towards) }))].map(
          (d) => html`<option value="${d.id}" ${selected(d.id === (direction ?? 2))}>${d.text}</option>`,
        )}
      </select>`
    }
  </div>`
}

const termini = (line: Line): string => [...new Set(line.directions.map((d) => d.towards))].join(' – ')

export const radio = (name: string, value: string, text: Piece, isChecked: boolean, hint?: string): Html =>
  html`<label class="option"
    ><input type="radio" name="${name}" value="${value}" ${checked(isChecked)} /><span
      >${text}${hint && html`<small>${hint}</small>`}</span
    ></label
  >`

const checked = (is: boolean): Piece => is && { html: ' checked' }
const selected = (is: boolean): Piece => is && { html: ' selected' }

/** All faults at the top, each a link to its field. */
export function errorSummary(errors: FieldErrors, language: Language): Piece {
  const words = pageWords(language)
  const list = Object.entries(errors)
  if (list.length === 0) return false
  return html`<div class="errors" role="alert" id="errors" tabindex="-1">
    <h2>${words.errorsTitle}</h2>
    <ul>
      ${list.map(([name, fault]) => html`<li><a href="#${name}">${words.faults[fault]}</a></li>`)}
    </ul>
  </div>`
}
