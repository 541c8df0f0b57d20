import { type Html, html } from '../http/html'
import { chatView } from '../phone/chatView'
import { type Person, people } from '../phone/people'
import type { Phone } from '../phone/phone'
import { bubbleItem } from './bubble'
import { type Language, texts } from './texts'

/** What a link to the messenger has prepared: `/start TOKEN` to the bot of this username. Both are checked (`[\w-]+`). */
export interface PreparedMessage {
  readonly bot: string
  readonly token: string
}

/** The phone: whose it is, the chat, and a field to write in. `page` is where it stands. */
export function phoneFrame(phone: Phone, person: Person, language: Language, page: '/' | '/phone', prepared?: PreparedMessage): Html {
  const t = texts[language]
  const view = chatView(phone, person)
  return html`<section class="phone" id="phone" aria-labelledby="phone-title" data-person="${person.name.toLowerCase()}">
    <h2 id="phone-title" class="aloud">${t.phoneOf} ${person.name}</h2>
    <nav class="people" aria-label="${t.phone}">
      ${people.map(
        (p) =>
          html`<a
            href="${page}?person=${p.name.toLowerCase()}&amp;lang=${language}${prepared && html`&amp;bot=${prepared.bot}&amp;start=${prepared.token}`}"
            data-person="${p.name.toLowerCase()}"
            ${p === person ? html`aria-current="true"` : html``}
          >
            <span class="face" aria-hidden="true">${p.name[0]}</span>${p.name} <small>${p.language.toUpperCase()}</small>
            <span class="news" hidden></span
          ></a>`,
      )}
    </nav>
    <div class="chat" id="chat" role="log" aria-live="polite" aria-label="${t.messages}" tabindex="0" data-empty="${t.empty}">
      ${view.bubbles.map((b) => bubbleItem(b, phone.bots, person.name, person.language))}
    </div>
    <form class="write" id="write" method="post" action="/phone/say">
      <input type="hidden" name="person" value="${person.name.toLowerCase()}" /><input type="hidden" name="page" value="${page}" />
      <input type="hidden" name="lang" value="${language}" />
      <label class="to"
        ><span>${t.to}</span>
        <select name="operator">
          ${phone.bots.map((b) => html`<option value="${b.operator}" ${b.username === prepared?.bot ? html`selected` : html``}>${b.title}</option>`)}
        </select>
      </label>
      <label class="text"
        ><span class="aloud">${t.write}</span>
        <input
          name="text"
          maxlength="4096"
          required
          autocomplete="off"
          placeholder="${t.placeholder}"
          value="${prepared ? `/start ${prepared.token}` : ''}"
      /></label>
      <button>${t.send}</button>
      <button class="quiet" name="block" value="yes" formnovalidate>${t.block}</button>
    </form>
  </section>`
}
