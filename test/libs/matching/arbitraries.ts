import * as fc from 'fast-check'
import type { Schedule } from '#matching/schedule'

/** Minutes near midnight, near the hours at which clocks change, and any. */
const minute = fc.oneof(
  fc.integer({ min: 0, max: 1439 }),
  fc.integer({ min: 0, max: 240 }),
  fc.constantFrom(0, 60, 120, 150, 180, 1380, 1439),
)

export const windows = fc.array(fc.record({ days: fc.integer({ min: 0, max: 127 }), from: minute, until: minute }), { maxLength: 3 })

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  windows,
  leadMinutes: fc.constantFrom(0, 0, 15, 60, 500),
  quiet: fc.option(fc.record({ from: minute, until: minute }), { nil: undefined }),
  severePasses: fc.boolean(),
})

/** Instants in the nights of both changes of the clocks in 2026, in the days around them, and any of the year. */
export const instants = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 2, 28) / 1000, max: Date.UTC(2026, 2, 30) / 1000 }),
  fc.integer({ min: Date.UTC(2026, 9, 24) / 1000, max: Date.UTC(2026, 9, 26) / 1000 }),
  fc.integer({ min: Date.UTC(2026, 0, 1) / 1000, max: Date.UTC(2027, 0, 1) / 1000 }),
)

/** With and without summer time, in both hemispheres, with offsets that are no whole hours. */
export const timezones = fc.constantFrom('Europe/Berlin', 'America/Toronto', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC')
