import type { Text } from '#domain/disruption'

type Fits = (tag: string) => boolean

const base = (tag: string) => tag.toLowerCase().split('-')[0]

/** The texts for a reader's language: exactly that one, else its base (`de` for `de-AT`), else those without a language; else empty. */
export function textIn(texts: readonly Text[], language: string): string {
  const exact: Fits = (tag) => tag.toLowerCase() === language.toLowerCase()
  return first(texts, [exact, (tag) => tag !== '' && base(tag) === base(language), (tag) => tag === ''])
}

/** As `textIn`, else in the first language that there is. */
export const textOrFallback = (texts: readonly Text[], language: string): string =>
  textIn(texts, language) || first(texts, [(tag) => tag === texts[0]?.language])

/** Several texts of the chosen language (header and description) stand under each other. */
function first(texts: readonly Text[], choices: readonly Fits[]): string {
  const chosen = choices.map((fits) => texts.filter((t) => fits(t.language))).find((found) => found.length > 0)
  return [...new Set(chosen?.map((t) => t.text.trim()))].filter(Boolean).join('\n')
}
