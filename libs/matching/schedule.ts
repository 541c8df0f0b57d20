import type { Window } from '#domain/rider'
import { type Stretch, minutesADay, minutesAWeek, stretches } from './localTime'

/** When a rider wants to be told; many riders share one, so that a disruption judges each distinct one once. */
export interface Schedule {
  /** Empty = always. A window with until ≤ from crosses midnight and belongs to the day on which it begins. */
  readonly windows: readonly Window[]
  /** Told so long before a window opens, 0–500. */
  readonly leadMinutes: number
  /** Minutes of the day in which nothing is told, every day; may cross midnight. */
  readonly quiet: { readonly from: number; readonly until: number } | undefined
  /** A severe disruption is told outside windows and in quiet hours too. */
  readonly severePasses: boolean
}

export const maxLeadMinutes = 500
export const always: Schedule = { windows: [], leadMinutes: 0, quiet: undefined, severePasses: false }
export const duringWindows = (windows: readonly Window[]): Schedule => ({ ...always, windows })

/** A judgement: 0 = inside its window, 1–254 = half the minutes until it opens (within its lead), `held` = not now. */
export type Urgency = number
export const held: Urgency = 255
const leastUrgent = 254

/** An instant as schedules see it: the local time of the minutes to come, as far as a lead can reach. */
export interface Moment {
  readonly ahead: readonly Stretch[]
  readonly severe: boolean
}

/** `seconds`: epoch; `severe`: whether the disruption that asks is severe. */
export const momentOf = (seconds: number, timezone: string, severe: boolean): Moment => ({
  ahead: stretches(seconds, maxLeadMinutes + 1, timezone),
  severe,
})

export function judgeSchedule(schedule: Schedule, moment: Moment): Urgency {
  if (moment.severe && schedule.severePasses) return 0
  if (quietMinutes(schedule, moment.ahead) > 0) return held
  const minutes = minutesToWindow(schedule, moment.ahead)
  if (minutes === undefined || minutes > schedule.leadMinutes) return held
  return Math.min(leastUrgent, Math.ceil(minutes / 2))
}

/**
 * Whether news of something already told still finds the rider inside a window, its lead, or the hour after it (MBTA T-Alerts' rule).
 * Quiet hours hold back no update: whoever was told must learn that it is over.
 */
export function withinWindowAndHour(schedule: Schedule, seconds: number, timezone: string): boolean {
  if (schedule.windows.length === 0) return true
  return minutesToWindow(schedule, stretches(seconds - 3600, 60 + 1 + schedule.leadMinutes, timezone)) !== undefined
}

/** Minutes from now until the schedule would no longer be held; undefined: not within `horizon` minutes, or not held at all. */
export function minutesToOpening(schedule: Schedule, seconds: number, timezone: string, horizon: number): number | undefined {
  const ahead = stretches(seconds, horizon + 1 + schedule.leadMinutes, timezone)
  const window = minutesToWindow(schedule, ahead)
  if (window === undefined) return undefined
  const minutes = Math.max(window - schedule.leadMinutes, quietMinutes(schedule, ahead))
  return minutes === 0 || minutes > horizon ? undefined : minutes
}

/** Minutes until some window is open; 0 inside one or without windows. */
export function minutesToWindow(schedule: Schedule, ahead: readonly Stretch[]): number | undefined {
  if (schedule.windows.length === 0) return 0
  let passed = 0
  for (const stretch of ahead) {
    const minutes = Math.min(...schedule.windows.map((window) => minutesUntil(window, stretch.weekMinute)))
    if (minutes < stretch.minutes) return passed + minutes
    passed += stretch.minutes
  }
  return undefined
}

/** Minutes of local time from a minute of the week until the window is open; 0 inside it, Infinity when it has no day. */
function minutesUntil(window: Window, weekMinute: number): number {
  const length = window.until > window.from ? window.until - window.from : window.until + minutesADay - window.from
  let least = Infinity
  for (let day = 0; day < 7; day++) {
    if ((window.days & (1 << day)) === 0) continue
    const since = (weekMinute - day * minutesADay - window.from + 2 * minutesAWeek) % minutesAWeek
    least = Math.min(least, since < length ? 0 : minutesAWeek - since)
  }
  return least
}

/** Minutes for which quiet hours go on; 0 = it is not quiet. */
function quietMinutes({ quiet }: Schedule, ahead: readonly Stretch[]): number {
  if (!quiet || quiet.from === quiet.until) return 0
  const minute = (ahead[0]?.weekMinute ?? 0) % minutesADay
  const length = (quiet.until - quiet.from + minutesADay) % minutesADay
  const since = (minute - quiet.from + minutesADay) % minutesADay
  return since < length ? length - since : 0
}
