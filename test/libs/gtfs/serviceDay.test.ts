import { ServiceDays, formatDate, parseDate, weekday } from '#gtfs/serviceDay'
import fc from 'fast-check'

const at = (zone: string, date: string, hours: number) =>
  new Date((new ServiceDays(zone).zero(parseDate(date)) + hours * 3600) * 1000).toISOString()

describe('service days', () => {
  it('count from noon minus twelve hours, on the days on which clocks change too', () => {
    // 29 March 2026: 2:00 becomes 3:00, so the day's zero is 23:00 of the day before; 25 October: 3:00 becomes 2:00, its zero is 1:00.
    expect(at('Europe/Berlin', '20260328', 10)).toBe('2026-03-28T09:00:00.000Z')
    expect(at('Europe/Berlin', '20260329', 0)).toBe('2026-03-28T22:00:00.000Z')
    expect(at('Europe/Berlin', '20260329', 10)).toBe('2026-03-29T08:00:00.000Z')
    expect(at('Europe/Berlin', '20261025', 0)).toBe('2026-10-24T23:00:00.000Z')
    expect(at('Europe/Berlin', '20261025', 10)).toBe('2026-10-25T09:00:00.000Z')
    expect(at('Europe/Berlin', '20260328', 25 + 10 / 60)).toBe('2026-03-29T00:10:00.000Z')
    expect(at('America/Toronto', '20260116', 14.5)).toBe('2026-01-16T19:30:00.000Z')
    expect(at('Pacific/Auckland', '20260405', 10)).toBe('2026-04-04T22:00:00.000Z')
  })

  it('have a noon that reads 12:00 in their zone', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/Toronto', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'UTC')
    fc.assert(
      fc.property(zones, fc.integer({ min: 16_000, max: 24_000 }), (zone, day) => {
        const days = new ServiceDays(zone)
        const noon = days.zero(day) + 43_200
        const shown = new Date(noon * 1000).toLocaleTimeString('en-GB', { timeZone: zone })
        expect([shown, days.dayOf(noon), parseDate(formatDate(day))]).toEqual(['12:00:00', day, day])
      }),
    )
  })

  it('refuse what is no date', () => {
    expect(['20260230', '2026-01-01', '', '20261301'].map(parseDate)).toEqual([-1, -1, -1, -1])
    expect(weekday(parseDate('20260105'))).toBe(0)
  })
})
