import type { Span } from './runSpan'
import { parseDate } from './serviceDay'
import type { Timetable } from './timetable'

export interface DayOfRun {
  readonly day: number
  /** The service day was not given, so it depends on the feed's time. */
  readonly inferred: boolean
}

type Warn = (reason: string) => void

const hour = 3600
/** A run this far from now is not what a calendar day instead of a service day would mean. */
const nearSeconds = 3 * hour
/** A day on which the trip does not run counts as this much further away: BART sent weekday trips on a holiday. */
const inactivePenalty = 3 * hour

/**
 * The service day of a run: the one given if the trip runs then; the day before if only that fits (producers that send the calendar day of a
 * trip after midnight: WMATA); without one, or with a text that is no date, the day among yesterday, today and tomorrow on which the trip runs
 * nearest to now.
 */
export function dayOfRun(timetable: Timetable, trip: number, span: Span, startDate: string, feedTime: number, warn: Warn): DayOfRun {
  const given = parseDate(startDate)
  if (given < 0) {
    if (startDate) warn('START_DATE_IS_NO_DATE')
    return { day: nearestDay(timetable, trip, span, feedTime, warn), inferred: true }
  }
  if (runsOn(timetable, trip, given)) return { day: given, inferred: false }
  if (runsOn(timetable, trip, given - 1) && distance(timetable, span, given - 1, feedTime) <= nearSeconds) {
    warn('START_DATE_IS_CALENDAR_DAY')
    return { day: given - 1, inferred: false }
  }
  warn('SERVICE_NOT_ACTIVE')
  return { day: given, inferred: false }
}

export const runsOn = ({ services, trips }: Timetable, trip: number, day: number): boolean =>
  services.active(trips.service[trip] as number, day)

function nearestDay(timetable: Timetable, trip: number, span: Span, feedTime: number, warn: Warn): number {
  const today = timetable.days.dayOf(feedTime)
  const far = (day: number) => distance(timetable, span, day, feedTime) + (runsOn(timetable, trip, day) ? 0 : inactivePenalty)
  const nearest = [today, today - 1, today + 1].reduce((best, day) => (far(day) < far(best) ? day : best))
  if (!runsOn(timetable, trip, nearest)) warn('SERVICE_NOT_ACTIVE')
  return nearest
}

/** Seconds between now and the run on a day; 0 while it runs. */
function distance({ days }: Timetable, span: Span, day: number, feedTime: number): number {
  const zero = days.zero(day)
  return Math.max(0, zero + span.first - feedTime, feedTime - zero - span.last)
}
