import { type Language, languages } from '#domain/operator'

/** What a rider wrote, before it is known which lines there are. */
export type Command =
  | { readonly kind: 'start'; readonly rest: string }
  | { readonly kind: 'stop'; readonly rest: string }
  | { readonly kind: 'pause'; readonly days: number }
  | { readonly kind: 'resume' }
  | { readonly kind: 'language'; readonly language: Language | undefined }
  | { readonly kind: 'lines' | 'mydata' | 'help' }
  | { readonly kind: 'text'; readonly rest: string }

const maxText = 500

const forms: readonly (readonly [RegExp, (rest: string) => Command])[] = [
  [/^\/?start\b/i, (rest) => ({ kind: 'start', rest })],
  [/^\/?(?:stopp?|arr[eê]t|abmelden|unsubscribe)(?![\p{L}\p{N}])/iu, (rest) => ({ kind: 'stop', rest })],
  [/^\/?pause?\b/i, pauseOf],
  [/^\/?(?:resume|weiter)\b/i, () => ({ kind: 'resume' })],
  [/^\/(?:lang|language|sprache)\b/i, (rest) => ({ kind: 'language', language: languages.find((l) => l === rest.toLowerCase()) })],
  [/^\/(?:lines|linien)\b/i, () => ({ kind: 'lines' })],
  [/^\/(?:mydata|daten|manage)\b/i, () => ({ kind: 'mydata' })],
  [/^\/?(?:help|hilfe|\?)/i, () => ({ kind: 'help' })],
]

/** Commands with or without their slash and with the bot's name behind (`/lines@our_bot`), in any case. */
export function readCommand(text: string): Command {
  const clean = text
    .slice(0, maxText)
    .normalize('NFC')
    .trim()
    .replace(/^(\/[a-z]+)@\w+/i, '$1')
  for (const [form, command] of forms) {
    const match = form.exec(clean)
    if (match) return command(clean.slice(match[0].length).trim())
  }
  return { kind: 'text', rest: clean }
}

const maxPauseDays = 365

/** `/pause`: a day; `/pause 7`: so many; `/pause off`: its end. */
function pauseOf(rest: string): Command {
  if (/^(off|aus|0)\b/i.test(rest)) return { kind: 'resume' }
  const days = Number(/^\d{1,3}/.exec(rest)?.[0] ?? 1)
  return { kind: 'pause', days: Math.min(maxPauseDays, Math.max(1, days)) }
}
