/** Weekly windows are local; a stretch is a run of minutes in which local and universal time keep their distance. */
export interface Stretch {
  readonly minutes: number
  /** Local minute of the week at its begin; Monday 00:00 = 0. */
  readonly weekMinute: number
}

export const minutesADay = 1440
export const minutesAWeek = 7 * minutesADay
/** 1970-01-01 was a Thursday. */
const epochWeekMinute = 3 * minutesADay

/**
 * The next `minutes` from an instant (epoch seconds) in a time zone (IANA name), cut where the clocks change: the hour that is skipped is
 * missing, the one that comes twice is there twice. Throws a RangeError for an unknown time zone.
 */
export function stretches(seconds: number, minutes: number, timezone: string): Stretch[] {
  const begin = Math.floor(seconds / 60)
  const end = begin + minutes
  const found: Stretch[] = []
  for (let at = begin; at < end;) {
    const until = stretchEnd(at, Math.min(end, at + minutesADay), timezone)
    found.push({ minutes: until - at, weekMinute: weekMinuteAt(at, timezone) })
    at = until
  }
  return found
}

/** Local minute of the week; Monday 00:00 = 0. */
export const weekMinute = (seconds: number, timezone: string): number => weekMinuteAt(Math.floor(seconds / 60), timezone)

const weekMinuteAt = (minute: number, timezone: string): number =>
  (((minute + offsetMinutes(minute, timezone) + epochWeekMinute) % minutesAWeek) + minutesAWeek) % minutesAWeek

/** The first minute in (begin, end] at which the offset is another one, by bisection; `end` when there is none. */
function stretchEnd(begin: number, end: number, timezone: string): number {
  const offset = offsetMinutes(begin, timezone)
  if (offsetMinutes(end, timezone) === offset) return end
  let same = begin
  let other = end
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (offsetMinutes(middle, timezone) === offset) same = middle
    else other = middle
  }
  return other
}

/** Clocks change at quarter hours of universal time only, so that a zone's offset is asked once for each. */
const offsetStep = 15
const maxCached = 10_000
interface Zone {
  readonly format: Intl.DateTimeFormat
  readonly offsets: Map<number, number>
}
const zones = new Map<string, Zone>()

function offsetMinutes(minute: number, timezone: string): number {
  const zone = zones.get(timezone) ?? newZone(timezone)
  const step = Math.floor(minute / offsetStep)
  let offset = zone.offsets.get(step)
  if (offset === undefined) {
    if (zone.offsets.size >= maxCached) zone.offsets.clear()
    zone.offsets.set(step, (offset = parseOffset(zone.format, step * offsetStep)))
  }
  return offset
}

function newZone(timezone: string): Zone {
  const zone = { format: new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' }), offsets: new Map() }
  zones.set(timezone, zone)
  return zone
}

function parseOffset(format: Intl.DateTimeFormat, minute: number): number {
  const name = format.formatToParts(minute * 60_000).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, rest] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? []
  return hours === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(rest))
}
