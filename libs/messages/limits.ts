import { cleanLine } from './clean'

/** What a channel takes, in UTF-16 units: Telegram counts 1–4096 after parsing, our target is 500; subjects are cut at 60 by mail programs. */
export const telegramMax = 4096
export const subjectMax = 60

/** At most `max` characters, cut between words where possible, never inside a surrogate pair; a cut text ends with an ellipsis. */
export function limitText(text: string, max: number): string {
  if (text.length <= max) return text
  const cut = text.slice(0, max - 1)
  const space = cut.lastIndexOf(' ')
  const end = space > max * 0.6 ? cut.slice(0, space) : cut
  return `${end.replace(/[\uD800-\uDBFF]$/, '').trimEnd()}…`
}

export const telegramText = (body: string): string => limitText(body, telegramMax)
export const emailSubject = (headline: string): string => limitText(cleanLine(headline), subjectMax)
