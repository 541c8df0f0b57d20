import * as fc from 'fast-check'
import { type PackedRecord, hourFrom, hourOf, packRecords, readRecord, recordBytes } from '#matching/record'

const records: fc.Arbitrary<PackedRecord> = fc.record({
  rider: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  schedule: fc.integer({ min: 0, max: 0xffff }),
  section: fc.integer({ min: 0, max: 0xffff }),
  direction: fc.integer({ min: 0, max: 2 }),
  minSeverity: fc.integer({ min: 0, max: 2 }),
  minDelay: fc.integer({ min: 0, max: 15 }).map((steps) => steps * 5),
  language: fc.integer({ min: 0, max: 31 }),
  planned: fc.boolean(),
  second: fc.constantFrom('also', 'fallback'),
  channel: fc.integer({ min: 0, max: 255 }),
  secondChannel: fc.integer({ min: 0, max: 255 }),
  from: fc.integer({ min: 0, max: 0xffff }),
  until: fc.integer({ min: 0, max: 0xffff }),
})

test('what is packed is read back, wherever it stands in a page', () => {
  fc.assert(
    fc.property(fc.array(records, { minLength: 1, maxLength: 5 }), (list) => {
      const bytes = packRecords(list)
      expect(bytes.length).toBe(list.length * recordBytes)
      expect(list.map((_, i) => readRecord(bytes, i))).toEqual(list)
    }),
  )
})

test('the layout is the one of the architecture page', () => {
  const bytes = packRecords([
    {
      rider: 0x04030201, schedule: 0x0605, section: 0x0807, direction: 2, minSeverity: 1, minDelay: 10, language: 3, planned: true,
      second: 'fallback', channel: 1, secondChannel: 3, from: 0x0a09, until: 0x0c0b,
    },
  ]) // prettier-ignore
  expect(bytes.toString('hex')).toBe(['01020304', '0506', '0708', '26', '63', '01', '03', '090a', '0b0c'].join(''))
})

test('hours count from 2026-01-01; a pause until 10:20 ends with the hour 11', () => {
  const at = Date.UTC(2026, 0, 1, 10, 20) / 1000
  expect([hourOf(at), hourFrom(at), hourFrom(at - 20 * 60)]).toEqual([10, 11, 10])
})
