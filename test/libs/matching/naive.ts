import type { Schedule } from '#matching/schedule'
import type { Window } from '#domain/rider'

/** The rules once more, slowly and over plain objects: the oracle of the property tests. */

const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const formats = new Map<string, Intl.DateTimeFormat>()

/** Day of the week (Monday 0) and minute of the day that a clock on the wall shows. */
export function wallClock(seconds: number, timezone: string): { day: number; minute: number } {
  const options = { timeZone: timezone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const format = formats.get(timezone) ?? new Intl.DateTimeFormat('en-US', options)
  formats.set(timezone, format)
  const parts = Object.fromEntries(format.formatToParts(seconds * 1000).map((p) => [p.type, p.value]))
  return { day: names.indexOf(parts.weekday ?? ''), minute: Number(parts.hour) * 60 + Number(parts.minute) }
}

export function isInside(window: Window, seconds: number, timezone: string): boolean {
  const { day, minute } = wallClock(seconds, timezone)
  const on = (d: number) => (window.days & (1 << ((d + 7) % 7))) !== 0
  if (window.until > window.from) return on(day) && minute >= window.from && minute < window.until
  return (on(day) && minute >= window.from) || (on(day - 1) && minute < window.until)
}

export function isQuiet(schedule: Schedule, seconds: number, timezone: string): boolean {
  const { quiet } = schedule
  if (!quiet || quiet.from === quiet.until) return false
  const { minute } = wallClock(seconds, timezone)
  return quiet.from < quiet.until ? minute >= quiet.from && minute < quiet.until : minute >= quiet.from || minute < quiet.until
}

/** Minute by minute: how long until some window is open, at most `horizon`. */
export function scan(schedule: Schedule, seconds: number, timezone: string, horizon: number): number | undefined {
  if (schedule.windows.length === 0) return 0
  for (let minutes = 0; minutes <= horizon; minutes++) {
    if (schedule.windows.some((w) => isInside(w, seconds + minutes * 60, timezone))) return minutes
  }
  return undefined
}
