import type { Bot } from './people'
import { type Phone, personNamed } from './phone'

/** What a visitor of the page does on the phone. */
export interface Gesture {
  readonly apply: (phone: Phone) => Promise<void>
  /** The page to go back to, where there is no script. */
  readonly back: string
}

const longestText = 4096
const pages = ['/', '/phone'] as const

/** undefined: not a gesture, or of nobody we know. */
export function readGesture(body: unknown, bots: readonly Bot[]): Gesture | undefined {
  const { person: name, operator, text, data, block, page, lang } = (body ?? {}) as Record<string, unknown>
  const person = typeof name === 'string' ? personNamed(name) : undefined
  const bot = bots.find((b) => b.operator === operator)
  if (!person || !bot) return undefined
  const back = `${pages.find((p) => p === page) ?? '/phone'}?person=${person.name.toLowerCase()}${lang === 'de' || lang === 'en' ? `&lang=${lang}` : ''}`
  if (typeof block === 'string') return { back, apply: (phone) => phone.block(bot.operator, person, block === 'yes') }
  if (typeof data === 'string' && data.length <= 64) return { back, apply: (phone) => phone.press(bot.operator, person, data) }
  if (typeof text !== 'string' || text.trim() === '' || text.length > longestText) return undefined
  return { back, apply: (phone) => phone.say(bot.operator, person, text.trim()) }
}
