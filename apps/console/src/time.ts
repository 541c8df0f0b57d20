import type { ConsoleLanguage } from './words'

/** Epoch seconds → `14:05`, with the date if it is not today. */
export function clockTime(at: number, language: ConsoleLanguage): string {
  if (at <= 0) return '–'
  const date = new Date(at * 1000)
  const today = date.toDateString() === new Date().toDateString()
  const day = today ? {} : ({ day: 'numeric', month: 'short' } as const)
  return new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', { hour: '2-digit', minute: '2-digit', ...day }).format(date)
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

export function endOfToday(): number {
  const end = new Date()
  end.setHours(23, 59, 0, 0)
  return Math.floor(end.getTime() / 1000)
}
