import type { ClockTime } from './words'

const formats = new Map<string, Intl.DateTimeFormat>()

/** Formats are kept by zone: making one takes longer than using it a thousand times. */
function formatOf(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone)
  if (!format) {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
    format = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hourCycle: 'h23', ...parts })
    formats.set(timezone, format)
  }
  return format
}

function partsOf(at: number, timezone: string): Record<string, number> {
  const parts = formatOf(timezone).formatToParts(at * 1000)
  return Object.fromEntries(parts.map((p) => [p.type, Number(p.value)]))
}

/** An instant (epoch seconds) on the operator's clocks; with its date when that is not the day of `now`. */
export function clockTime(at: number, now: number, timezone: string): ClockTime {
  const then = partsOf(at, timezone)
  const today = partsOf(now, timezone)
  const same = then.day === today.day && then.month === today.month && then.year === today.year
  const date = same ? undefined : { day: then.day ?? 1, month: then.month ?? 1 }
  return { hour: then.hour ?? 0, minute: then.minute ?? 0, date }
}
