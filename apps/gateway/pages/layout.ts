import type { Language } from '#domain/operator'
import { stylePath } from './style'
import { scriptPath } from './script'
import { type Html, type Piece, html } from './html'
import { pageWords } from './wordsOf'

export interface Page {
  readonly title: string
  readonly language: Language
  /** The operator's name, or ours. */
  readonly brand: string
  readonly home: string
  /** This page in the other language; undefined: no link. */
  readonly otherLanguage?: string
  /** Seconds after which the optional script fetches the page again. */
  readonly refresh?: number
  readonly body: Html
}

/** A whole page, without a need for JavaScript. */
export function layout(page: Page): string {
  const words = pageWords(page.language)
  return html`<!doctype html>
    <html lang="${page.language}" ${attribute('data-refresh', page.refresh)}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${stylePath}" />
        ${page.refresh !== undefined && html`<script src="${scriptPath}" defer></script>`}
      </head>
      <body>
        <a class="skip" href="#main">${words.skip}</a>
        <header class="top">
          <div class="wrap">
            <a class="brand" href="${page.home}">${page.brand}</a>
            ${page.otherLanguage !== undefined && html`<a class="lang" href="${page.otherLanguage}" lang="${words.other.language}" hreflang="${words.other.language}">${words.other.name}</a>`}
          </div>
        </header>
        <main id="main" class="wrap" tabindex="-1">${page.body}</main>
        <footer class="wrap foot">Linienfunk</footer>
      </body>
    </html>`.html
}

/** ` name="value"`, or nothing. */
export const attribute = (name: string, value: Piece): Piece =>
  value !== undefined && value !== false && html` ${{ html: name }}="${value}"`
