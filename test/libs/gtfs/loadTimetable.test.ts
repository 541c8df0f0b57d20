import { type Loaded, loadTimetable } from '#gtfs/loadTimetable'
import { parseDate } from '#gtfs/serviceDay'
import type { Timetable } from '#gtfs/timetable'
import { smallTown, smallTownZip } from './smallTown'
import { zipOf } from './zipOf'

async function loaded(zip: Buffer): Promise<Timetable> {
  const result = await loadTimetable(zip)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.timetable
}

const problemsOf = (result: Loaded) => (result.ok ? [] : result.problems)
const without = (file: string) => zipOf(Object.fromEntries(Object.entries(smallTown).filter(([name]) => name !== file)))
const times = (t: Timetable, trip: string) => {
  const index = t.trips.ids.findText(trip)
  const rows = Array.from(
    { length: (t.trips.first[index + 1] as number) - (t.trips.first[index] as number) },
    (_, i) => (t.trips.first[index] as number) + i,
  )
  return rows.map((row) => [t.stops.ids.text(t.times.stop[row] as number), t.times.arrival[row], t.times.departure[row]])
}

describe('loadTimetable', () => {
  it('sorts stop times and fills a blank one in by the way: B lies a third of the way from A to C', async () => {
    const timetable = await loaded(smallTownZip())
    expect(times(timetable, 't1')).toEqual([
      ['A', 36_000, 36_000],
      ['B1', 36_400, 36_400],
      ['C', 37_200, 37_260],
      ['D', 37_800, 37_800],
    ])
  })

  it('knows the days of a service: calendar, exceptions added and removed, nothing outside', async () => {
    const { services } = await loaded(smallTownZip())
    const active = (id: string, date: string) => services.active(services.ids.findText(id), parseDate(date))
    expect([active('ALL', '20261224'), active('ALL', '20261225'), active('ALL', '20270101')]).toEqual([false, true, false])
    expect([active('WK', '20260306'), active('WK', '20260307'), active('WK', '20260308')]).toEqual([true, true, false])
  })

  it('reads a zip with an inner folder, byte order marks, CRLF and bytes appended to it', async () => {
    const files = Object.fromEntries(
      Object.entries(smallTown).map(([name, text]) => [`gtfs/${name}`, `\uFEFF${text.replaceAll('\n', '\r\n')}`]),
    )
    const timetable = await loaded(Buffer.concat([zipOf(files), Buffer.alloc(300, 'x')]))
    expect([timetable.trips.ids.size, timetable.feedVersion, timetable.days.timezone]).toEqual([5, 'spring', 'Europe/Berlin'])
  })

  it('leaves single bad rows out and counts them with their place', async () => {
    const stopTimes = `${smallTown['stop_times.txt']}t1,10:40:00,10:40:00,NOWHERE,50,0\nt1,ten,ten,A,60,0\n`
    const { rejects } = await loaded(smallTownZip({ 'stop_times.txt': stopTimes }))
    expect(Object.fromEntries(rejects)).toEqual({
      UNKNOWN_STOP: { count: 1, first: 'stop_times.txt line 17' },
      STOP_TIME: { count: 1, first: 'stop_times.txt line 18' },
    })
  })

  it.each([
    ['no zip', Buffer.from('<html>502 Bad Gateway</html>'), { code: 'GTFS_NOT_A_ZIP' }],
    ['a path out of the folder', zipOf({ ...smallTown, '../stops.txt': 'x' }), { code: 'GTFS_UNSAFE_PATH' }],
    ['a link', zipOf(smallTown, { 'stops.txt': { mode: 0o120777 } }), { code: 'GTFS_UNSAFE_PATH', file: 'stops.txt' }],
    ['a bomb', zipOf({ ...smallTown, 'stops.txt': Buffer.alloc(40 * 2 ** 20) }), { code: 'GTFS_TOO_LARGE', file: 'stops.txt' }],
    ['a size that lies', zipOf(smallTown, { 'stops.txt': { size: 20 } }), { code: 'GTFS_TOO_LARGE', file: 'stops.txt' }],
    [
      'thousands of entries',
      zipOf(Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${i}.txt`, '']))),
      { code: 'GTFS_TOO_LARGE' },
    ],
    ['no stops.txt', without('stops.txt'), { code: 'GTFS_MISSING_FILE', file: 'stops.txt' }],
    [
      'a missing column',
      smallTownZip({ 'trips.txt': 'route_id,trip_id\nR3,t1\n' }),
      { code: 'CSV_MISSING_COLUMN', file: 'trips.txt', line: 1, column: 'service_id' },
    ],
    [
      'an unclosed quote',
      smallTownZip({ 'stops.txt': `${smallTown['stops.txt']}"E,Ende\n` }),
      { code: 'CSV_UNCLOSED_QUOTE', file: 'stops.txt', line: 9 },
    ],
    [
      'no stop times',
      smallTownZip({ 'stop_times.txt': (smallTown['stop_times.txt'] as string).split('\n')[0] as string }),
      { code: 'GTFS_EMPTY' },
    ],
    [
      'a zone that is none',
      smallTownZip({ 'agency.txt': 'agency_name,agency_timezone\nST,Europe/Atlantis\n' }),
      { code: 'GTFS_TIMEZONE_UNKNOWN', column: 'agency_timezone' },
    ],
  ])('refuses %s', async (_, zip, problem) => {
    expect(problemsOf(await loadTimetable(zip))).toMatchObject([problem])
  })

  it('survives any cut of the zip', async () => {
    const zip = smallTownZip()
    for (let length = 0; length < zip.length; length += 97) expect(problemsOf(await loadTimetable(zip.subarray(0, length)))).toHaveLength(1)
  })
})
