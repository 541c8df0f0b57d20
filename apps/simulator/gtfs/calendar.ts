import { dayTypes } from '../timetable/trips'
import { daysBetween, gtfsDate, servicesOn } from '../timetable/serviceDays'
import type { Cell } from './csv'

/** The days that a timetable published in a year covers: from December before to the January after next. */
export const validity = (year: number) => ({ first: `${year - 1}-12-01`, last: `${year + 2}-01-31` })

/** calendar.txt: workdays and weekends with their hour before 4:00; `extra` runs by exception only. */
export function* calendarRows(year: number): Iterable<readonly Cell[]> {
  const { first, last } = validity(year)
  for (const service of allServices()) {
    const pattern = regularOn(service)
    yield [service, ...[1, 2, 3, 4, 5, 6, 0].map((weekday) => (pattern(weekday) ? 1 : 0)), gtfsDate(first), gtfsDate(last)]
  }
}

/** calendar_dates.txt: holidays and the days before the clocks change, as the difference between what runs and what the weekday says. */
export function* calendarDateRows(year: number): Iterable<readonly Cell[]> {
  const { first, last } = validity(year)
  for (const day of daysBetween(first, last)) {
    const weekday = new Date(`${day}T12:00:00Z`).getUTCDay()
    const running = new Set(servicesOn(day))
    for (const service of allServices()) {
      const regular = regularOn(service)(weekday)
      if (regular !== running.has(service)) yield [service, gtfsDate(day), regular ? 2 : 1]
    }
  }
}

const allServices = (): string[] => dayTypes.flatMap((type) => [type, `${type}-late`, `${type}-extra`])

function regularOn(service: string): (weekday: number) => boolean {
  if (service.endsWith('-extra')) return () => false
  const weekend = service.startsWith('weekend')
  return (weekday) => (weekday === 0 || weekday === 6) === weekend
}
