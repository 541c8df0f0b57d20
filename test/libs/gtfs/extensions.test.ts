import type { Network } from '#gtfs/network'
import { transit_realtime } from 'gtfs-realtime-bindings'
import { type Entity, changed, extension, feedOf, tripUpdate } from './feedOf'
import { smallTown, smallTownNetwork } from './smallTown'
import { departure, now, told, watch } from './watch'

let town: Network
/** t1 and b1 under ids that outlive the timetable; the second one twice, on different days. */
let dutch: Network
beforeAll(async () => {
  town = await smallTownNetwork()
  dutch = await smallTownNetwork('st', {
    'trips.txt':
      'route_id,service_id,trip_id,trip_headsign,direction_id,realtime_trip_id\n' +
      'R3,ALL,t1,Dorf,0,OV:3:1\nR3,ALL,t2,Am Ende,1,OV:3:2\nR3N,ALL,t3,Dorf,0,OV:3:9\nB7,WK,b1,Center,0,OV:7:1\nRING,ALL,ring,,0,\n',
    'calendar_dates.txt': smallTown['calendar_dates.txt'] as string,
  })
})

const withTrip = (entity: Entity, field: number, write: Parameters<typeof extension>[1], at = now) =>
  changed(feedOf(at, [entity]), (m) => void ((m.entity[0] as transit_realtime.FeedEntity).tripUpdate?.trip as transit_realtime.TripDescriptor && Object.assign(m.entity[0]?.tripUpdate?.trip ?? {}, { $unknowns: [extension(field, write)] }))) // prettier-ignore

describe('OVapi', () => {
  const renamed = tripUpdate({ tripId: 'of yesterday’s timetable', startDate: '20260116' }, [
    { stopSequence: 10, departure: { delay: 60 } },
  ])

  it('names a trip by an id that outlives the timetable', () => {
    const { trips } = watch(dutch)(withTrip(renamed, 1003, (w) => w.uint32(10).string('OV:3:1')))
    expect([trips[0]?.joined, told(dutch, trips[0])]).toEqual([true, 'A60 B160 C60 D60'])
  })

  it('is no guess: an id that no trip has joins nothing', () => {
    expect(watch(dutch)(withTrip(renamed, 1003, (w) => w.uint32(10).string('OV:0:0'))).counts.rejects).toEqual({ UNKNOWN_ROUTE: 1 })
  })
})

describe("New York's subway", () => {
  const id = '060000_R3..N08R' // 600 minutes after midnight: 10:00
  const train = (tripId = id): Entity =>
    tripUpdate({ tripId, routeId: 'R3', startDate: '20260116' }, [{ stopId: 'A', departure: { time: departure + 90 } }])
  const unassigned = (at: number) => withTrip(train('t1'), 1001, (w) => w.uint32(10).string('01 1000 A/D').uint32(16).bool(false), at)

  it('tells route, direction and start in its trip ids, for feeds that are set so', () => {
    const joined = (tripIds: object | undefined, tripId?: string) =>
      watch(town, { tripIds })(feedOf(now, [train(tripId)])).trips.map((t) => t.joined)
    expect([joined({ nyct: true }), joined(undefined), joined({ nyct: true }, '060000_R3..S08R')]).toEqual([[true], [false], [false]])
  })

  it('has trips without a train: they are believed until their departure has passed', () => {
    const poll = watch(town)
    const seen = [now, departure + 100, departure + 160].map((at) => {
      const { gone, counts } = poll(unassigned(at), at)
      return [counts.joined, gone, counts.rejects]
    })
    expect(seen).toEqual([[1, [], {}], [1, [], {}], [0, ['t1/20260116'], { UNASSIGNED_TRIP_OVERDUE: 1 }]]) // prettier-ignore
  })

  it('drives trips with an assigned train on, however late', () => {
    const assigned = withTrip(train('t1'), 1001, (w) => w.uint32(16).bool(true), departure + 400)
    expect(watch(town)(assigned, departure + 400).trips).toHaveLength(1)
  })
})

describe("the MTA's Mercury alerts", () => {
  const alert = (type: string, more: transit_realtime.IAlert = {}, sortOrder = 'MTASBWY:R3:22') =>
    changed(
      feedOf(now, [{ id: 'a', alert: { headerText: { translation: [{ text: 'Trains', language: 'en' }] }, informedEntity: [{ routeId: 'R3' }], ...more } }]),
      (m) => {
        const found = m.entity[0]?.alert as transit_realtime.Alert
        const written = extension(1001, (w) => {
          w.uint32(8).uint64(now).uint32(26).string(type).uint32(56).uint64(3600)
          w.uint32(66).bytes(transit_realtime.TranslatedString.encode({ translation: [{ text: 'Sundays in May', language: 'en' }] }).finish())
        })
        Object.assign(found, { $unknowns: [written] })
        Object.assign(found.informedEntity?.[0] ?? {}, { $unknowns: [extension(1001, (w) => w.uint32(10).string(sortOrder))] })
      },
    ) // prettier-ignore
  const told = (type: string, more?: transit_realtime.IAlert, sortOrder?: string) => watch(town)(alert(type, more, sortOrder))

  it.each([
    ['Delays', 'SIGNIFICANT_DELAYS', 'WARNING'],
    ['Severe Delays', 'SIGNIFICANT_DELAYS', 'SEVERE'],
    ['Planned - Suspended', 'NO_SERVICE', 'SEVERE'],
    ['Planned - Part Suspended', 'REDUCED_SERVICE', 'WARNING'],
    ['Trains Rerouted', 'DETOUR', 'WARNING'],
    ['Planned - Stops Skipped', 'MODIFIED_SERVICE', 'WARNING'],
    ['Station Notice', 'UNKNOWN_EFFECT', 'INFO'],
  ])('%s mean %s, %s, where the alert does not say it', (type, effect, severity) => {
    expect(told(type).alerts[0]).toMatchObject({ effect, severity })
  })

  it('what the alert itself says stands', () => {
    expect(told('Delays', { effect: 1, severityLevel: 2 }).alerts[0]).toMatchObject({ effect: 'NO_SERVICE', severity: 'INFO' })
  })

  it('no scheduled service is no news: rejected, counted', () => {
    expect(told('No Scheduled Service').counts.rejects).toEqual({ ALERT_IS_TIMETABLE: 1 })
    expect(told('', {}, 'MTASBWY:R3:1').counts.rejects).toEqual({ ALERT_IS_TIMETABLE: 1 })
  })

  it('are told an hour ahead if they ask for it, with their periods in words', () => {
    const [shown] = told('Delays', { activePeriod: [{ start: now + 9000, end: now + 12_000 }] }).alerts
    expect(shown).toMatchObject({
      periods: [{ start: now + 9000, end: now + 12_000 }],
      communication: [{ start: now + 5400, end: now + 12_000 }],
      descriptions: [{ language: 'en', text: 'Sundays in May' }],
    })
  })
})
