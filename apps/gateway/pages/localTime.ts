import type { Language, Operator } from '#domain/operator'

/** A time of day in the operator's zone; with the date where it is not the day of `now`. Epoch seconds. */
export function localTime(at: number, now: number, operator: Operator, language: Language): string {
  const day = (t: number) => format(t, { dateStyle: 'short' })
  const format = (t: number, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', { ...options, timeZone: operator.timezone }).format(new Date(t * 1000))
  const time = format(at, { hour: '2-digit', minute: '2-digit' })
  return day(at) === day(now) ? time : `${format(at, { day: 'numeric', month: 'short' })}, ${time}`
}
