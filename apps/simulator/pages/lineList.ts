import { type Html, html } from '../http/html'
import type { City } from '../plan/plan'
import { badge } from './badge'
import type { Language } from './texts'
import { texts } from './texts'

/** The state of each line in words; the script keeps it up to date from the public API. */
export function lineList(city: City, language: Language): Html {
  const t = texts[language]
  return html`<ul class="lines" id="lines">
    ${city.lines.map(
      (line) =>
        html`<li data-name="${line.name}" data-line="${line.id}" data-status="UNKNOWN">
          ${badge(line)}
          <span class="way">${line.longName}</span>
          <span class="state"><span class="icon" aria-hidden="true"></span><span class="word">${t.loading}</span></span>
          <p class="headline" hidden></p>
        </li>`,
    )}
  </ul>`
}
