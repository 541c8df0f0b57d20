import type { Network } from '#gtfs/network'
import type { SnapshotsOptions } from '#gtfs/snapshots'
import type { transit_realtime } from 'gtfs-realtime-bindings'
import { type Entity, type StopUpdate, feedOf, late, tripUpdate } from './feedOf'
import { smallTown, smallTownNetwork } from './smallTown'
import { departure, now, told, watch } from './watch'

type Descriptor = transit_realtime.ITripDescriptor

let town: Network
/** Only exceptions: no calendar.txt, t1 runs on the 16th and the 18th. */
let exceptionsOnly: Network
/** The ring bus with exact times: a start every ten minutes from 6:00, and once past midnight. */
let exactRing: Network
beforeAll(async () => {
  town = await smallTownNetwork()
  const trips = (smallTown['trips.txt'] as string).replaceAll(',WK,', ',ALL,')
  exceptionsOnly = await smallTownNetwork('st', {
    'calendar.txt': 'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n',
    'calendar_dates.txt': 'service_id,date,exception_type\nALL,20260116,1\nALL,20260118,1\n',
    'trips.txt': trips,
  })
  exactRing = await smallTownNetwork('st', {
    'frequencies.txt':
      'trip_id,start_time,end_time,headway_secs,exact_times\nring,06:00:00,20:00:00,600,1\nring,25:00:00,26:00:00,1200,1\n',
  })
})

interface Case {
  readonly name: string
  readonly trip: Descriptor
  readonly stops?: StopUpdate[]
  readonly more?: object
  readonly at?: number
  readonly on?: () => Network
  readonly options?: Partial<SnapshotsOptions>
  readonly line?: string
  /** `relation key start-of-run-minus-departure stops`, or the reason of the reject. */
  readonly is: string
  readonly warns?: Readonly<Record<string, number>>
}

const seconds = (text: string) => Date.parse(text) / 1000
const day16 = { startDate: '20260116' }
const t1 = { tripId: 't1', ...day16 }
/** 1:20 in Berlin, t3 of the 15th left at 25:10. */
const afterMidnight = seconds('2026-01-16T00:20:00Z')

function judged({ trip, stops = [], more, at = now, on, options, line }: Case) {
  const network = on?.() ?? town
  const { trips, counts } = watch(network, options)(feedOf(at, [tripUpdate(trip, stops, more)]), at)
  const [shown] = trips
  const text = shown
    ? `${shown.relation}${shown.joined ? '' : ' unjoined'} ${shown.key} ${shown.start === 0 ? '?' : shown.start - at}: ${told(network, shown, line)}`
    : Object.keys(counts.rejects).join()
  return { text, warnings: counts.warnings }
}

const check = (cases: readonly Case[]) =>
  it.each(cases.map((c) => [c.name, c] as const))('%s', (_, c) => {
    const { text, warnings } = judged(c)
    expect([text, warnings]).toEqual([c.is, c.warns ?? {}])
  })

describe('who a trip is', () => {
  check([
    {
      name: 'no trip_id: the one trip of route, direction and start time',
      trip: { routeId: 'R3', directionId: 0, startTime: '10:00:00', ...day16 },
      stops: [late(10, 60)],
      is: 'SCHEDULED t1/20260116 600: A60 B160 C60 D60',
    },
    {
      name: 'no trip_id after midnight: the trip of the day before, on its own service day',
      trip: { routeId: 'R3N', startTime: '01:10:00', ...day16 },
      at: afterMidnight,
      is: 'SCHEDULED t3/20260115 -600: A? D?',
    },
    { name: 'no trip_id and no such start: only its line is known', trip: { routeId: 'R3', startTime: '10:01:00', ...day16 }, is: 'SCHEDULED unjoined R3 2 10:01:00/20260116 660: ' },
    { name: 'nothing that identifies it', trip: { ...day16 }, is: 'NO_TRIP_ID' },
    { name: 'an empty trip_id is none', trip: { tripId: '', routeId: '', ...day16 }, is: 'NO_TRIP_ID' },
    { name: 'an id that no timetable has', trip: { tripId: 'x'.repeat(300), routeId: 'R3' }, is: 'ID_TOO_LONG' },
    {
      name: 'a route and a direction that contradict the timetable: the timetable stands',
      trip: { ...t1, routeId: 'B7', directionId: 1 },
      is: 'SCHEDULED t1/20260116 600: A? B1? C? D?',
      warns: { ROUTE_MISMATCH: 1, DIRECTION_MISMATCH: 1 },
    },
    {
      name: 'an id that its feed is told to transform',
      trip: { tripId: '1_t1#7', ...day16 },
      options: { tripIds: { cutAt: '#', stripPrefix: '1_' } },
      is: 'SCHEDULED 1_t1#7/20260116 600: A? B1? C? D?',
    },
  ]) // prettier-ignore
})

describe('on which day it runs', () => {
  check([
    { name: 'start_date missing: the day nearest to now', trip: { tripId: 't3' }, at: afterMidnight, is: 'SCHEDULED t3/20260115 -600: A? D?' },
    {
      name: 'start_date that is no date: the same, and counted',
      trip: { tripId: 't3', startDate: '2026-01-16' },
      at: afterMidnight,
      is: 'SCHEDULED t3/20260115 -600: A? D?',
      warns: { START_DATE_IS_NO_DATE: 1 },
    },
    {
      name: 'start_date on which the service does not run, but it did the day before: the calendar day was sent',
      trip: { tripId: 't3', startDate: '20260117' },
      at: seconds('2026-01-17T00:20:00Z'),
      on: () => exceptionsOnly,
      is: 'SCHEDULED t3/20260116 -600: A? D?',
      warns: { START_DATE_IS_CALENDAR_DAY: 1 },
    },
    {
      name: 'start_date a day too late, which its times tell',
      trip: { tripId: 't3', ...day16 },
      stops: [{ stopSequence: 1, departure: { time: afterMidnight - 300 } }],
      at: afterMidnight,
      is: 'SCHEDULED t3/20260115 -600: A300 D300',
      warns: { DELAY_ABSURD: 1, START_DATE_CONTRADICTS_TIMES: 1 },
    },
    {
      name: 'a calendar of exceptions only',
      trip: { tripId: 't1' },
      at: seconds('2026-01-18T09:10:00Z'),
      on: () => exceptionsOnly,
      is: 'SCHEDULED t1/20260118 -600: A? B1? C? D?',
    },
    {
      name: 'a day on which no service runs: kept, and counted',
      trip: { tripId: 't1', startDate: '20260122' },
      on: () => exceptionsOnly,
      is: 'SCHEDULED t1/20260122 519000: A? B1? C? D?',
      warns: { SERVICE_NOT_ACTIVE: 1 },
    },
    {
      name: 'spring forward: 10:00 is an hour earlier in UTC',
      trip: { tripId: 't1', startDate: '20260329' },
      at: seconds('2026-03-29T07:50:00Z'),
      stops: [{ stopSequence: 10, departure: { time: seconds('2026-03-29T08:02:00Z') } }],
      is: 'SCHEDULED t1/20260329 600: A120 B1120 C120 D120',
    },
    {
      name: 'fall back: the night trip at 25:10 of the 24th leaves before the hour that comes twice',
      trip: { tripId: 't3', startDate: '20261024' },
      at: seconds('2026-10-24T23:00:00Z'),
      stops: [{ stopSequence: 1, departure: { time: seconds('2026-10-24T23:12:00Z') } }],
      is: 'SCHEDULED t3/20261024 600: A120 D120',
    },
  ]) // prettier-ignore
})

describe('trips at a headway', () => {
  const ring = 'bus-ring-inner'
  check([
    {
      name: 'without exact times: no delay, the start makes the run',
      trip: { tripId: 'ring', startTime: '09:43:00', ...day16 },
      stops: [late(1, 300)],
      line: ring,
      is: 'UNSCHEDULED ring/20260116/09:43:00 -420: B2- C- B2-',
    },
    {
      name: 'with exact times: a timetable like any other, shifted to its start',
      trip: { tripId: 'ring', startTime: '09:50:00', ...day16 },
      stops: [late(1, 300)],
      on: () => exactRing,
      line: ring,
      is: 'SCHEDULED ring/20260116/09:50:00 0: B2300 C300 B2300',
    },
    {
      name: 'with a start modulo 24 hours',
      trip: { tripId: 'ring', startTime: '01:20:00', startDate: '20260115' },
      at: afterMidnight,
      stops: [late(1, 300)],
      on: () => exactRing,
      line: ring,
      is: 'SCHEDULED ring/20260115/01:20:00 0: B2300 C300 B2300',
    },
    {
      name: 'without a trip_id, by route and start',
      trip: { routeId: 'RING', startTime: '09:50:00', ...day16 },
      stops: [late(1, 300)],
      on: () => exactRing,
      line: ring,
      is: 'SCHEDULED ring/20260116/09:50:00 0: B2300 C300 B2300',
    },
  ]) // prettier-ignore
})

describe('what its relation makes of it', () => {
  const listed: StopUpdate[] = [
    { stopId: 'A', departure: { time: departure + 60, scheduledTime: departure } },
    { stopId: 'D', arrival: { time: departure + 1500 } },
  ]
  const extra = { tripProperties: { tripId: 'extra', startDate: '20260116', startTime: '10:15:00', tripHeadsign: '<b>Dorf</b> direkt' } }
  check([
    { name: 'UNSCHEDULED: no delay is possible', trip: { ...t1, scheduleRelationship: 2 }, stops: [late(10, 300)], is: 'UNSCHEDULED t1/20260116 ?: A- B1- C- D-' },
    { name: 'CANCELED: its scheduled stops, whatever updates say', trip: { ...t1, scheduleRelationship: 3 }, stops: [late(10, 300)], is: 'CANCELED t1/20260116 600: A? B1? C? D?' },
    { name: 'every stop skipped: cancelled', trip: t1, stops: [10, 20, 30, 40].map((stopSequence) => ({ stopSequence, scheduleRelationship: 1 })), is: 'CANCELED t1/20260116 600: Ax B1x Cx Dx' },
    { name: 'DELETED: not there, not a word', trip: { ...t1, scheduleRelationship: 7 }, is: '' },
    { name: 'DUPLICATED: a copy at another time, under its own id', trip: { ...t1, scheduleRelationship: 6 }, stops: [late(10, 60)], more: extra, is: 'DUPLICATED extra/20260116/10:15:00 1500: A60 B160 C60 D60' },
    { name: 'DUPLICATED without properties: the start of its descriptor', trip: { ...t1, scheduleRelationship: 6, startTime: '10:20:00' }, is: 'DUPLICATED t1#10:20:00/20260116/10:20:00 1800: A? B1? C? D?' },
    { name: 'DUPLICATED of a trip that is not there', trip: { tripId: 'x', scheduleRelationship: 6 }, more: extra, is: 'DUPLICATE_OF_UNKNOWN_TRIP' },
    { name: 'REPLACEMENT: the stops listed, the others are not served', trip: { ...t1, scheduleRelationship: 5 }, stops: listed, is: 'REPLACEMENT t1/20260116 600: A60 B1x Cx D-300' },
    { name: 'REPLACEMENT that ends early', trip: { ...t1, scheduleRelationship: 5 }, stops: listed.slice(0, 1), is: 'REPLACEMENT t1/20260116 600: A60 B1x Cx Dx' },
    { name: 'REPLACEMENT without stops: nothing is predicted, nothing left out', trip: { ...t1, scheduleRelationship: 5 }, is: 'REPLACEMENT t1/20260116 600: A? B1? C? D?' },
    { name: 'NEW: late only against its own plan', trip: { tripId: 'n', routeId: 'R3', ...day16, scheduleRelationship: 8 }, stops: listed, is: 'NEW unjoined n/20260116 600: A60 D?' },
    { name: 'NEW under the id of a scheduled trip: another one all the same', trip: { ...t1, scheduleRelationship: 8 }, stops: listed, is: 'NEW unjoined t1/20260116/new 600: A60 D?', warns: { NEW_TRIP_ID_TAKEN: 1 } },
    { name: 'ADDED of an unknown trip: its listed stops', trip: { tripId: 'a', routeId: 'R3', ...day16, scheduleRelationship: 1 }, stops: listed, is: 'ADDED unjoined a/20260116 600: A60 D?' },
    { name: 'ADDED under the id of a scheduled trip: a second run of it', trip: { ...t1, scheduleRelationship: 1 }, stops: [late(10, 60)], is: 'ADDED t1/20260116/added 600: A60 B160 C60 D60' },
    { name: 'a relation from the future: read as scheduled, counted', trip: { ...t1, scheduleRelationship: 99 as number }, stops: [late(10, 60)], is: 'SCHEDULED t1/20260116 600: A60 B160 C60 D60', warns: { UNKNOWN_TRIP_RELATION: 1 } },
    { name: 'a trip that a detour modifies: the trip it names', trip: { modifiedTrip: { modificationsId: 'm', affectedTripId: 't1', startDate: '20260116' } }, stops: [late(10, 60)], is: 'SCHEDULED t1/20260116 600: A60 B160 C60 D60' },
  ]) // prettier-ignore

  it('a headsign of the feed is cleaned before riders see it', () => {
    const { trips } = watch(town)(feedOf(now, [tripUpdate({ ...t1, scheduleRelationship: 6 }, [], extra)]))
    expect(trips[0]?.towards).toBe('Dorf direkt')
  })
})

describe('what its updates say', () => {
  const time = (stopSequence: number, minutes: number): StopUpdate => ({ stopSequence, departure: { time: departure + minutes * 60 } })
  check([
    { name: 'an assigned platform is no disruption', trip: t1, stops: [{ stopSequence: 20, departure: { delay: 60 }, stopTimeProperties: { assignedStopId: 'B9' } }], is: 'SCHEDULED t1/20260116 600: A? B160 C60 D60' },
    { name: 'an assigned platform alone tells the stop', trip: t1, stops: [{ departure: { delay: 60 }, stopTimeProperties: { assignedStopId: 'B9' } }], is: 'SCHEDULED t1/20260116 600: A? B160 C60 D60' },
    { name: 'times that fall are kept and counted', trip: t1, stops: [time(10, 10), time(30, 5)], is: 'SCHEDULED t1/20260116 600: A600 B1600 C-960 D-960', warns: { TIMES_NOT_RISING: 1 } },
    { name: 'time stands before delay', trip: t1, stops: [{ stopSequence: 10, departure: { time: departure + 60, delay: 600 } }], is: 'SCHEDULED t1/20260116 600: A60 B160 C60 D60', warns: { TIME_CONTRADICTS_DELAY: 1 } },
    { name: 'time 0 is no time', trip: t1, stops: [{ stopSequence: 10, departure: { time: 0 } }], is: 'SCHEDULED t1/20260116 600: A? B1? C? D?' },
    { name: 'measured hours ago: nothing is known, but that a stop is skipped', trip: t1, stops: [late(10, 600), { stopSequence: 30, scheduleRelationship: 1 }], more: { timestamp: now - 7300 }, is: 'SCHEDULED t1/20260116 600: A- B1- Cx D-', warns: { TRIP_UPDATE_STALE: 1 } },
  ]) // prettier-ignore

  check([
    {
      name: 'a stop that is visited twice: in the order of the updates',
      trip: { tripId: 'ring', startTime: '09:50:00', ...day16 },
      stops: [{ stopId: 'B2', departure: { delay: 60 } }, { stopId: 'C', departure: { delay: 120 } }, { stopId: 'B2', arrival: { delay: 180 } }],
      on: () => exactRing,
      line: 'bus-ring-inner',
      is: 'SCHEDULED ring/20260116/09:50:00 0: B260 C120 B2180',
    },
    {
      name: 'a stop that is visited twice, told alone: the visit whose time is nearest',
      trip: { tripId: 'ring', startTime: '09:50:00', ...day16 },
      stops: [{ stopId: 'B2', arrival: { time: now + 1260 } }],
      on: () => exactRing,
      line: 'bus-ring-inner',
      is: 'SCHEDULED ring/20260116/09:50:00 0: B2? C? B260',
    },
    {
      name: 'a stop that is visited twice: by its sequence, if it is told',
      trip: { tripId: 'ring', startTime: '09:50:00', ...day16 },
      stops: [{ stopSequence: 3, stopId: 'B2', arrival: { delay: 60 } }],
      on: () => exactRing,
      line: 'bus-ring-inner',
      is: 'SCHEDULED ring/20260116/09:50:00 0: B2? C? B260',
    },
  ]) // prettier-ignore

  it('grow stale while their bytes stay the same', () => {
    const poll = watch(town)
    const body = (at: number): Entity => tripUpdate(t1, [late(10, 600)], { timestamp: at })
    const states = [0, 3600, 7100, 7300].map((s) => told(town, poll(feedOf(now + s, [body(now)]), now + s).trips[0]))
    expect(states.map((s) => s.slice(0, 4))).toEqual(['A600', 'A600', 'A600', 'A- B'])
  })
})
