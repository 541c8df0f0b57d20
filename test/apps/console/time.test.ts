import { clockTime, endOfDay } from '../../../apps/console/src/parts/time'

const at = (iso: string) => Date.parse(iso) / 1000
const berlin = 'Europe/Berlin'

test('times are the operator’s, with the date where it is another day there', () => {
  const now = at('2026-11-24T22:30:00Z')
  expect(clockTime(at('2026-11-24T14:05:00Z'), now, berlin, 'de')).toBe('15:05')
  // Half past midnight in Berlin, the same day in London.
  expect(clockTime(at('2026-11-24T23:30:00Z'), now, berlin, 'en')).toBe('25 Nov, 00:30')
  expect(clockTime(0, now, berlin, 'en')).toBe('–')
})

test.each([
  ['an ordinary day', '2026-11-24T14:00:17Z', '2026-11-24T22:59:00Z'],
  ['before the clocks go back', '2026-10-24T23:30:00Z', '2026-10-25T22:59:00Z'],
  ['before the clocks go forward', '2026-03-28T23:30:00Z', '2026-03-29T21:59:00Z'],
  ['in the last minute', '2026-11-24T22:59:30Z', '2026-11-24T22:59:00Z'],
])('the end of the operator’s today: %s', (_, now, end) => expect(endOfDay(at(now), berlin)).toBe(at(end)))
