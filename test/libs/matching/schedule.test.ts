import * as fc from 'fast-check'
import { duringWindows, held, judgeSchedule, minutesToOpening, momentOf, withinWindowAndHour } from '#matching/schedule'
import { decodeSchedule, encodeSchedule } from '#matching/scheduleBytes'
import { instants, schedules, timezones } from './arbitraries'
import { isQuiet, scan } from './naive'

const berlin = 'Europe/Berlin'
const at = (iso: string): number => Date.parse(iso) / 1000
const weekdays = 31

test('a judgement equals a scan minute by minute, through both changes of the clocks', () => {
  fc.assert(
    fc.property(schedules, instants, timezones, fc.boolean(), (schedule, now, timezone, severe) => {
      const judged = judgeSchedule(schedule, momentOf(now, timezone, severe))
      if (severe && schedule.severePasses) return expect(judged).toBe(0)
      const minutes = isQuiet(schedule, now, timezone) ? undefined : scan(schedule, now, timezone, schedule.leadMinutes)
      expect(judged).toBe(minutes === undefined ? held : Math.min(254, Math.ceil(minutes / 2)))
    }),
    { numRuns: 400 },
  )
})

test('"within its window + 1 h" equals a scan over the hour before', () => {
  fc.assert(
    fc.property(schedules, instants, timezones, (schedule, now, timezone) => {
      const expected = scan(schedule, now - 3600, timezone, 60 + schedule.leadMinutes) !== undefined
      expect(withinWindowAndHour(schedule, now, timezone)).toBe(expected)
    }),
    { numRuns: 300 },
  )
})

test('no window opens unnoticed between two looks', () => {
  fc.assert(
    fc.property(schedules, instants, timezones, (schedule, now, timezone) => {
      const opens = minutesToOpening(schedule, now, timezone, 15) ?? 16
      const isHeld = (minute: number) => judgeSchedule(schedule, momentOf(now + minute * 60, timezone, false)) === held
      if (!isHeld(0)) return
      for (let minute = 1; minute < Math.min(opens, 15); minute++) expect(isHeld(minute)).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('equal wishes have equal bytes, and are read back', () => {
  fc.assert(
    fc.property(schedules, (schedule) => {
      const again = decodeSchedule(encodeSchedule(schedule))
      expect(encodeSchedule(again)).toEqual(encodeSchedule(schedule))
      expect(encodeSchedule({ ...schedule, windows: [...schedule.windows, ...schedule.windows].toReversed() })).toEqual(
        encodeSchedule(schedule),
      )
      expect({ ...again, windows: [] }).toEqual({ ...schedule, windows: [] })
      expect(new Set(again.windows.map((w) => JSON.stringify(w)))).toEqual(new Set(schedule.windows.map((w) => JSON.stringify(w))))
    }),
  )
})

test.each([
  ['weekday morning, before', '2026-01-05T05:59:59Z', held],
  ['weekday morning, its first minute', '2026-01-05T06:00:00Z', 0],
  ['its last', '2026-01-05T07:59:00Z', 0],
  ['and after', '2026-01-05T08:00:00Z', held],
  ['not on Sunday', '2026-01-04T06:30:00Z', held],
  ['in summer an hour earlier by UTC', '2026-07-06T05:00:00Z', 0],
])('a window of weekdays 7–9 in Berlin: %s', (_, now, expected) => {
  const schedule = duringWindows([{ days: weekdays, from: 7 * 60, until: 9 * 60 }])
  expect(judgeSchedule(schedule, momentOf(at(now), berlin, false))).toBe(expected)
})

test('a window of Friday night reaches into Saturday, and not into Friday’s own early morning', () => {
  const schedule = duringWindows([{ days: 1 << 4, from: 22 * 60, until: 2 * 60 }])
  const judge = (iso: string) => judgeSchedule(schedule, momentOf(at(iso), 'UTC', false))
  expect([judge('2026-01-09T23:00:00Z'), judge('2026-01-10T01:59:00Z'), judge('2026-01-10T02:00:00Z')]).toEqual([0, 0, held])
  expect(judge('2026-01-09T01:00:00Z')).toBe(held)
})

test('a window that begins in the skipped hour opens when the clocks have jumped', () => {
  const schedule = { ...duringWindows([{ days: 127, from: 150, until: 240 }]), leadMinutes: 60 }
  expect(judgeSchedule(schedule, momentOf(at('2026-03-29T00:30:00Z'), berlin, false))).toBe(15)
  expect(judgeSchedule(schedule, momentOf(at('2026-03-29T01:00:00Z'), berlin, false))).toBe(0)
})
