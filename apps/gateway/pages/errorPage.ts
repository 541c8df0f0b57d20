import type { Language } from '#domain/operator'
import type { Problem } from '../http/problem'
import { html } from './html'
import { layout } from './layout'
import { pageWords } from './wordsOf'

/** What went wrong, in a person's words. */
export function errorPage(problem: Problem, language: Language): string {
  const words = pageWords(language)
  const body = html`<h1>${words.failed}</h1>
    <p>${words.failures[nameOf(problem)]}</p>
    <p><a class="button" href="/s">${words.back}</a></p>`
  return layout({ title: words.failed, language, brand: 'Linienfunk', home: '/s', body })
}

function nameOf({ code, status }: Problem): 'NOT_FOUND' | 'LINK_INVALID' | 'RATE_LIMITED' | 'FORBIDDEN_ORIGIN' | 'OTHER' {
  if (code === 'LINK_INVALID' || code === 'RATE_LIMITED' || code === 'FORBIDDEN_ORIGIN') return code
  return status === 404 ? 'NOT_FOUND' : 'OTHER'
}
