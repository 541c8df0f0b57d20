import type { Line } from '#domain/line'
import { mayRunAt } from '#domain/line'
import { keepVersions } from '#gtfs/keepVersions'
import { allHours, hoursBetween } from '#gtfs/lineHours'
import { loadTimetable } from '#gtfs/loadTimetable'
import { networkOf } from '#gtfs/network'
import { describeRecorded, recordedFile } from './recorded'
import { smallTown, smallTownNetwork } from './smallTown'

const hoursOf = (line: Line | undefined) => Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => line && mayRunAt(line, hour))
const found = (lines: readonly Line[], id: string) => lines.find((line) => line.id === id)

test('hours in which trips are under way: past midnight they are those of the morning, repeated ones run until the last has arrived', async () => {
  const { lines } = await smallTownNetwork()
  expect(hoursOf(found(lines, 'tram-3'))).toEqual([1, 10, 11])
  expect(hoursOf(found(lines, 'bus-7'))).toEqual([9])
  expect(hoursOf(found(lines, 'bus-ring-inner'))).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
})

test('a span over midnight, one of a day and more, and one that is not known', () => {
  expect(hoursBetween(23 * 3600 + 2520, 26 * 3600 + 1620)).toBe((1 << 23) | 0b111)
  expect([hoursBetween(0, 23 * 3600), hoursBetween(7200, 90_000), hoursBetween(-1, 3600)]).toEqual([allHours, allHours, 0])
})

test('other hours alone are a new record of the line, with the version that its frames have', async () => {
  const before = await smallTownNetwork()
  const later = (smallTown['stop_times.txt'] as string).replace('b1,9:30:00,9:30:00', 'b1,10:30:00,10:30:00')
  const after = keepVersions(await smallTownNetwork('st', { 'stop_times.txt': later }), new Map(before.lines.map((l) => [l.id, l])))
  const [old, bus] = [found(before.lines, 'bus-7'), found(after.lines, 'bus-7')]
  expect([hoursOf(old), hoursOf(bus)]).toEqual([[9], [9, 10]])
  expect({ ...bus, hours: old?.hours }).toEqual(old)
})

describeRecorded('kingston-transit', () => {
  it('knows that N1 is a bus of the night', async () => {
    const loaded = await loadTimetable(recordedFile('kingston-transit/static/gtfs.zip'))
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
    const { lines } = networkOf('kingston', loaded.timetable)
    expect(hoursOf(lines.find((line) => line.name === 'N1'))).toEqual([0, 1, 2, 3, 4, 5, 6, 23])
    expect(lines.every((line) => line.hours > 0)).toBe(true)
  })
})
