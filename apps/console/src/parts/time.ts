const localeOf = { de: 'de-DE', en: 'en-GB' } as const
const daySeconds = 86_400

/** Epoch seconds → `14:05` in the operator's zone, with the date where it is not the day of `now`; `–` for none. */
export function clockTime(at: number, now: number, timeZone: string, language: 'de' | 'en'): string {
  if (at <= 0) return '–'
  const format = (t: number, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(localeOf[language], { ...options, timeZone }).format(t * 1000)
  const time = format(at, { hour: '2-digit', minute: '2-digit' })
  const sameDay = format(at, { dateStyle: 'short' }) === format(now, { dateStyle: 'short' })
  return sameDay ? time : `${format(at, { day: 'numeric', month: 'short' })}, ${time}`
}

/** 23:59 of the operator's today, epoch seconds; right on the days of 23 and 25 hours too. */
export function endOfDay(now: number, timeZone: string): number {
  const guess = now + untilLastMinute(now, timeZone)
  const off = untilLastMinute(guess, timeZone)
  return guess + (off > daySeconds / 2 ? off - daySeconds : off)
}

/** Seconds on the wall's clock from `at` to 23:59:00. */
function untilLastMinute(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' })
  const [hour = 0, minute = 0, second = 0] = parts.formatToParts(at * 1000).flatMap((p) => (p.type === 'literal' ? [] : [Number(p.value)]))
  return daySeconds - 60 - (hour * 3600 + minute * 60 + second)
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)
