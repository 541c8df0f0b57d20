/**
 * Service days. A day is a number (days since 1970-01-01, no zone); its time zero is noon minus twelve hours in the agency's zone, so that
 * 25:10:00 and the two days a year on which clocks change come out right (GTFS reference, stop_times.arrival_time).
 */

const secondsADay = 86_400

/** A feed has few different dates, and asks for them once a trip. */
const dayByText = new Map<string, number>()
const textByDay = new Map<number, string>()
const maxRemembered = 2000

/** YYYYMMDD → day number, or -1 when it is no date. */
export function parseDate(text: string): number {
  let day = dayByText.get(text)
  if (day === undefined) {
    day = parsedDate(text)
    if (dayByText.size < maxRemembered) dayByText.set(text, day)
  }
  return day
}

function parsedDate(text: string): number {
  if (!/^\d{8}$/.test(text)) return -1
  const date = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6))))
  return formatMatches(date, text) ? date.getTime() / 1000 / secondsADay : -1
}

const formatMatches = (date: Date, text: string): boolean => date.toISOString().slice(0, 10).replaceAll('-', '') === text

/** Day number → YYYYMMDD. */
export function formatDate(day: number): string {
  let text = textByDay.get(day)
  if (text === undefined) {
    text = new Date(day * secondsADay * 1000).toISOString().slice(0, 10).replaceAll('-', '')
    if (textByDay.size < maxRemembered) textByDay.set(day, text)
  }
  return text
}

/** H:MM:SS, past 24:00 too → seconds; -1 when it is none. */
export function parseTime(text: string): number {
  const match = /^(\d{1,3}):(\d\d):(\d\d)$/.exec(text)
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) : -1
}

/** 0 = Monday … 6 = Sunday. */
export const weekday = (day: number): number => (day + 3) % 7

/** Days of one time zone, with their time zero cached. */
export class ServiceDays {
  private readonly zeros = new Map<number, number>()
  private readonly format: Intl.DateTimeFormat

  /** Throws RangeError when the zone is unknown. */
  constructor(readonly timezone: string) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
    this.format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', ...parts })
  }

  /** Epoch seconds of a day's time zero. */
  zero(day: number): number {
    let zero = this.zeros.get(day)
    if (zero === undefined) this.zeros.set(day, (zero = this.noon(day) - secondsADay / 2))
    return zero
  }

  /** The calendar day at an instant (epoch seconds). */
  dayOf(seconds: number): number {
    return Math.floor((seconds + this.offset(seconds)) / secondsADay)
  }

  /** Noon exists once in every zone and on every day: no zone changes its clocks then. */
  private noon(day: number): number {
    const utc = day * secondsADay + secondsADay / 2
    const guess = utc - this.offset(utc)
    return utc - this.offset(guess)
  }

  /** Seconds east of UTC at an instant. */
  private offset(seconds: number): number {
    const parts = Object.fromEntries(this.format.formatToParts(new Date(seconds * 1000)).map((p) => [p.type, Number(p.value)]))
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - Math.floor(seconds)
  }
}
