import { Html, html } from '../http/html'
import type { Bubble } from '../phone/chatView'
import type { Bot } from '../phone/people'
import type { Button } from '../phone/inbox'

const clock = new Intl.DateTimeFormat('de-DE', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** A message as it stands on the phone's screen; the same markup for the page and for what the script adds. */
export function bubbleItem(bubble: Bubble, bots: readonly Bot[], person: string, language: string): Html {
  const title = bots.find((b) => b.operator === bubble.operator)?.title ?? bubble.operator
  const time = clock.format(bubble.at * 1000)
  return html`<div id="${bubble.id}" class="bubble ${bubble.mine ? 'mine' : 'theirs'}">
    <span class="sender">${bubble.mine ? `${person} → ${title}` : title}</span>
    <p lang="${language}">${linked(bubble.text)}</p>
    ${bubble.buttons.length > 0 && html`<div class="buttons">${bubble.buttons.map((b) => buttonOf(b, bubble, person))}</div>`}
    <time datetime="${new Date(bubble.at * 1000).toISOString()}">${time}</time>
  </div>`
}

/** Web addresses become links; the rest is text. */
function linked(text: string): Html[] {
  return text
    .split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/)
    .map((part, i) => (i % 2 ? html`<a href="${part}" rel="noreferrer">${shortened(part)}</a>` : html`${part}`))
}

function buttonOf(button: Button, bubble: Bubble, person: string): Html {
  if (button.url)
    return /^https?:\/\//.test(button.url) ? html`<a class="button" href="${button.url}" rel="noreferrer">${button.text}</a>` : new Html('')
  return html`<form method="post" action="/phone/say" class="press">
    <input type="hidden" name="person" value="${person.toLowerCase()}" /><input type="hidden" name="operator" value="${bubble.operator}" />
    <input type="hidden" name="${button.data === undefined ? 'text' : 'data'}" value="${button.data ?? button.text}" />
    <button>${button.text}</button>
  </form>`
}

const longestShown = 44

/** An address as a messenger shows it: without its scheme, and not to its end. */
function shortened(address: string): string {
  const shown = address.replace(/^https?:\/\//, '')
  return shown.length > longestShown ? `${shown.slice(0, longestShown)}…` : shown
}
