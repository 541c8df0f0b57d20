import encodeQr from 'qrcode-generator'
import type { Language, Operator } from '#domain/operator'
import { type Html, html } from './html'
import { layout } from './layout'
import { pageWords } from './wordsOf'

/** The small pages between choosing and getting alerts. */
const page = (operator: Operator, language: Language, title: string, body: Html, refresh?: number) =>
  layout({
    title,
    language,
    brand: operator.name,
    home: `/s/${operator.id}?lang=${language}`,
    refresh,
    body: html`<h1>${title}</h1>
      ${body}`,
  })

/** The way into the chat: a link for this device, a code for the phone beside it. */
export function telegramPage(operator: Operator, language: Language, link: string, done: boolean): string {
  const words = pageWords(language)
  if (done) return page(operator, language, words.telegramTitle, html`<p class="note">${words.telegramDone}</p>`)
  const body = html`<p>${words.telegramIntro}</p>
    <p class="actions">
      <a class="button" href="${link}" rel="noopener">${words.telegramOpen}</a><a class="button quiet" href="">${words.telegramAgain}</a>
    </p>
    <p>${words.telegramQr}</p>
    <div class="qr">${qrCode(link, words.telegramQr)}</div>`
  return page(operator, language, words.telegramTitle, body, 4)
}

function qrCode(text: string, label: string): Html {
  const code = encodeQr(0, 'M')
  code.addData(text)
  code.make()
  const count = code.getModuleCount()
  const cells = Array.from({ length: count * count }, (_, i) => [i % count, Math.floor(i / count)] as const)
  const dark = cells.filter(([x, y]) => code.isDark(y, x)).map(([x, y]) => `M${x + 2} ${y + 2}h1v1h-1z`)
  const size = count + 4
  return html`<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges">
    <rect width="${size}" height="${size}" fill="#fff" />
    <path fill="#000" d="${dark.join('')}" />
  </svg>`
}

export function checkPage(operator: Operator, language: Language, channel: 'EMAIL' | 'WEBHOOK'): string {
  const words = pageWords(language)
  return page(
    operator,
    language,
    words.checkTitle,
    html`<p class="note">${channel === 'EMAIL' ? words.checkEmail : words.checkWebhook}</p>`,
  )
}

/** A GET changes nothing: mail scanners follow links. */
export function confirmPage(operator: Operator, language: Language, token: string, lines: string): string {
  const words = pageWords(language)
  const body = html`<p>${words.confirmIntro(lines)}</p>
    <form method="post" action="/r/${operator.id}/confirm?lang=${language}">
      <input type="hidden" name="t" value="${token}" />
      <p class="actions"><button>${words.confirm}</button></p>
    </form>`
  return page(operator, language, words.confirmTitle, body)
}

export function stopPage(operator: Operator, language: Language, token: string, done: boolean): string {
  const words = pageWords(language)
  if (done) return page(operator, language, words.stopTitle, html`<p class="note">${words.stopped}</p>`)
  const body = html`<form method="post" action="/r/${operator.id}/unsubscribe?t=${token}">
    <p class="actions"><button class="danger">${words.stop}</button></p>
  </form>`
  return page(operator, language, words.stoppedTitle, body)
}

export function erasedPage(operator: Operator, language: Language): string {
  const words = pageWords(language)
  return page(operator, language, words.erasedTitle, html`<p class="note">${words.erased}</p>`)
}
