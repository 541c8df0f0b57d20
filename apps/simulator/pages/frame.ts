import { type Html, html } from '../http/html'
import { knownPerson } from '../phone/chatView'
import { type Language, texts } from './texts'

/** The page around: heading, watermark, links, language. */
export function frame(language: Language, page: '/' | '/phone', person: string, content: Html): string {
  const t = texts[language]
  /** In the other language another one is the usual person. */
  const isUsual = knownPerson(undefined, language).name.toLowerCase() === person
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page === '/phone' ? t.phone : t.title} · Linienfunk</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/demo/demo.css" />
        <link rel="stylesheet" href="/demo/lines.css" />
        <script type="module" src="/demo/demo.js"></script>
      </head>
      <body class="${page === '/phone' ? 'phone-alone' : 'demo'}" data-texts="${JSON.stringify(scriptTexts(language))}">
        <header class="top">
          <p class="name"><a href="/?lang=${language}">Linienfunk</a> <span class="watermark">${t.demo}</span></p>
          <nav aria-label="${t.nav}">
            ${page === '/phone' ? html`<a href="/?lang=${language}">${t.home}</a>` : html`<a href="/phone?lang=${language}">${t.phone}</a>`}
            <a href="/r/lindenau?lang=${language}">${t.subscribe}</a>
            <a href="/s/lindenau?lang=${language}">${t.statusPage}</a>
            <a href="/console">${t.console}</a>
            <a href="/docs">${t.api}</a>
            <a href="${page}?lang=${t.other}${!isUsual && html`&amp;person=${person}`}" lang="${t.other}" hreflang="${t.other}"
              >${t.language}</a
            >
          </nav>
        </header>
        ${content}
        <noscript><p class="noscript">${t.noScript}</p></noscript>
      </body>
    </html>`.markup
}

/** The words that the script needs. */
function scriptTexts(language: Language) {
  const { inTime, now, over, next, status, loading } = texts[language]
  return { language, inTime, now, over, next, status, loading }
}
