const zone = 'Europe/Berlin'
const dateFormat = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
const hourFormat = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' })
const daySeconds = 86_400
/** By quarter hour, in which no day begins: formatting a date is slow. */
const days = new Map<number, string>()

/** The calendar day in Lindenau and Seebach at an instant (epoch seconds): `2026-03-29`. */
export function dayAt(at: number): string {
  const quarter = Math.floor(at / 900)
  let day = days.get(quarter)
  if (day === undefined) {
    if (days.size > 500) days.clear()
    days.set(quarter, (day = dateFormat.format(at * 1000)))
  }
  return day
}

export function dayPlus(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * daySeconds * 1000).toISOString().slice(0, 10)
}

/** `20260329`, as GTFS writes it. */
export const gtfsDate = (day: string): string => day.replaceAll('-', '')

const starts = new Map<string, number>()

/** Epoch seconds of a service day's time zero: noon minus twelve hours (GTFS), which is not midnight when the clocks change. */
export function dayStart(day: string): number {
  let start = starts.get(day)
  if (start === undefined) {
    const noonUtc = Date.parse(`${day}T12:00:00Z`) / 1000
    start = noonUtc - Number(hourFormat.format(noonUtc * 1000)) * 3600
    starts.set(day, start)
  }
  return start
}

/** Hours from this day's time zero to the next one's: 24, or 23 and 25 on the days before the clocks change. */
export const dayHours = (day: string): number => (dayStart(dayPlus(day, 1)) - dayStart(day)) / 3600

/**
 * The GTFS services that run on a day. Departures lie between 4:00 and 28:00; the hour from 27:00 is a service of its own and is left out, or
 * followed by one more, on the day before the clocks change: so the next day's vehicles follow without a double or a gap.
 */
export function servicesOn(day: string): string[] {
  const type = isWeekend(day) ? 'weekend' : 'workday'
  const hours = dayHours(day)
  return [type, ...(hours > 23 ? [`${type}-late`] : []), ...(hours > 24 ? [`${type}-extra`] : [])]
}

/** Saturday, Sunday, or a holiday of all Germany with a fixed date. */
export function isWeekend(day: string): boolean {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay()
  return weekday === 0 || weekday === 6 || ['01-01', '05-01', '10-03', '12-25', '12-26'].includes(day.slice(5))
}

/** From the first day to the last, both included. */
export function daysBetween(first: string, last: string): string[] {
  const days: string[] = []
  for (let day = first; day <= last; day = dayPlus(day, 1)) days.push(day)
  return days
}
