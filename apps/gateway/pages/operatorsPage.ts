import type { Language } from '#domain/operator'
import { html } from './html'
import { layout } from './layout'
import { pageWords } from './wordsOf'

/** `/s`: whom we have. */
export function operatorsPage(operators: readonly { readonly id: string; readonly name: string }[], language: Language): string {
  const words = pageWords(language)
  const body = html` <h1>${words.operators}</h1>
    <p>${words.operatorsIntro}</p>
    <ul class="plain rows">
      ${operators.map((o) => html`<li><a href="/s/${o.id}?lang=${language}">${o.name}</a></li>`)}
    </ul>`
  return layout({
    title: words.operators,
    language,
    brand: 'Linienfunk',
    home: '/s',
    otherLanguage: `/s?lang=${words.other.language}`,
    body,
  })
}
