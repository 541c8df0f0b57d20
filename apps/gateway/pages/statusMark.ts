import type { Language } from '#domain/operator'
import type { LineStatus } from '#domain/controlRoom'
import { type Html, html } from './html'
import { pageWords } from './wordsOf'

const shapes: Readonly<Record<LineStatus, Html>> = {
  GOOD: html`<circle cx="10" cy="10" r="9" fill="none" stroke="currentColor" stroke-width="2" /><path
      d="M5.5 10.5l3 3 6-6.5"
      fill="none"
      stroke="currentColor"
      stroke-width="2.2"
    />`,
  MINOR: html`<path d="M10 2L19 18H1Z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" /><path
      d="M10 8v5M10 14.6v1.6"
      stroke="currentColor"
      stroke-width="2"
    />`,
  MAJOR: html`<path d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3Z" fill="currentColor" /><path
      d="M6 10h8"
      stroke="var(--card)"
      stroke-width="2.6"
    />`,
  UNKNOWN: html`<circle cx="10" cy="10" r="9" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3 2.5" /><path
      d="M7.4 7.6a2.6 2.6 0 1 1 3.6 2.5c-.7.3-1 .7-1 1.5M10 13.6v1.6"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
    />`,
}

/** A line's status by word, shape and colour. */
export const statusMark = (status: LineStatus, language: Language): Html =>
  html`<span class="state ${status}"
    ><svg viewBox="0 0 20 20" aria-hidden="true">${shapes[status]}</svg>${pageWords(language).status[status]}</span
  >`
