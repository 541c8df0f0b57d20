import type { Text } from '#domain/disruption'

interface Translation {
  readonly text?: string | null
  readonly language?: string | null
}

const maxTexts = 12
export const maxHeader = 1000
export const maxDescription = 20_000

/** The texts of a TranslatedString, cleaned, each language once; plain ones stand before those marked as HTML (NYCT's `en-html`). */
export function textsOf(translations: readonly Translation[] | null | undefined, maxLength: number): Text[] {
  const texts = new Map<string, string>()
  const plainFirst = [...(translations ?? [])].sort((a, b) => Number(isHtml(a)) - Number(isHtml(b)))
  for (const translation of plainFirst) {
    const language = languageTag(translation.language ?? '')
    const text = cleanText(translation.text ?? '', maxLength)
    if (text && !texts.has(language) && texts.size < maxTexts) texts.set(language, text)
  }
  return [...texts].map(([language, text]) => ({ language, text }))
}

/** Each text with the one of its language below it. */
export function withText(texts: readonly Text[], more: readonly Text[]): readonly Text[] {
  if (texts.length === 0) return more
  return texts.map(({ language, text }) => {
    const extra = more.find((m) => m.language === language)?.text
    return { language, text: extra && !text.includes(extra) ? `${text}\n${extra}` : text }
  })
}

const isHtml = (translation: Translation): boolean => /-html$/i.test(translation.language ?? '')

/** `EN`, `en_US`, `en-html` → `en`, `en-US`, `en`; what is no language tag → empty. */
export function languageTag(text: string): string {
  const [base = '', region] = text
    .trim()
    .replace(/-html$/i, '')
    .split(/[-_]/)
  if (!/^[a-z]{2,3}$/i.test(base)) return ''
  return region && /^([a-z]{2}|\d{3})$/i.test(region) ? `${base.toLowerCase()}-${region.toUpperCase()}` : base.toLowerCase()
}

/**
 * Text as riders may see it on any channel: no markup, no control or direction-changing characters, well-formed, bounded. What replaces a tag
 * is what it looked like: a line end for blocks, nothing for the rest.
 */
export function cleanText(text: string, maxLength: number): string {
  const bounded = text.slice(0, maxLength * 10).toWellFormed()
  const plain = bounded.includes('<') || bounded.includes('&') ? withoutMarkup(bounded) : bounded
  const tidy = plain
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\uFFFD]/gu, (c) => (c === '\n' || c === '\t' || c === '\u200D' ? c : c === '\r' ? '\n' : ''))
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  return shortened(tidy, maxLength)
}

/** Cut at a word, never inside a character. */
function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const cut = text.slice(0, maxLength - 1)
  const space = cut.lastIndexOf(' ')
  return `${(space > maxLength * 0.8 ? cut.slice(0, space) : cut).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function withoutMarkup(text: string): string {
  const bare = text
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(br|\/p|\/div|\/li|\/tr|\/h[1-6]|\/ul|\/ol)\b[^>]*>/gi, '\n')
    .replace(/<li\b[^>]*>/gi, '– ')
    .replace(/<\/?[a-z][^>]*>/gi, '')
  return bare.replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,8});/gi, (entity, name: string) => decoded(name) ?? entity)
}

const named = new Map([
  ['amp', '&'], ['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"], ['nbsp', ' '], ['ndash', '–'], ['mdash', '—'], ['hellip', '…'],
  ['auml', 'ä'], ['ouml', 'ö'], ['uuml', 'ü'], ['Auml', 'Ä'], ['Ouml', 'Ö'], ['Uuml', 'Ü'], ['szlig', 'ß'], ['eacute', 'é'], ['egrave', 'è'],
  ['agrave', 'à'], ['ccedil', 'ç'], ['rsquo', '’'], ['lsquo', '‘'], ['ldquo', '“'], ['rdquo', '”'], ['bdquo', '„'], ['laquo', '«'], ['raquo', '»'], ['bull', '•'], ['deg', '°'], ['euro', '€'],
]) // prettier-ignore

function decoded(name: string): string | undefined {
  if (!name.startsWith('#')) return named.get(name) ?? named.get(name.toLowerCase())
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : ''
}
