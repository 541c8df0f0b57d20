import type { Network } from '#gtfs/network'
import { Vehicles } from '#gtfs/vehicles'
import { type Entity, changed, feedOf, late, tripUpdate } from './feedOf'
import { smallTownNetwork } from './smallTown'
import { now, watch } from './watch'

let town: Network
beforeAll(async () => void (town = await smallTownNetwork()))

const day = { startDate: '20260116' }
const trip = (tripId: string, delay: number, more: object = {}): Entity =>
  tripUpdate({ tripId, routeId: 'R3', ...day }, [late(10, delay)], more)
const many = (count: number, routeId = 'R3') =>
  Array.from({ length: count }, (_, i) => ({ ...tripUpdate({ tripId: `x${i}`, routeId, ...day }, [late(10, 60)]), id: `${i}` }))
const position = (id: string, tripId: string, vehicle: string, timestamp: number): Entity => ({
  id,
  vehicle: { trip: { tripId, ...day }, vehicle: { id: vehicle }, timestamp },
})

describe('defects of a snapshot that are survived are counted', () => {
  const defects = (body: Buffer) => watch(town)(body).counts.warnings

  it('no time in its header', () => expect(defects(feedOf(0, [trip('t1', 60)]))).toEqual({ FEED_WITHOUT_TIME: 1 }))

  it('the same time over other content', () => {
    const poll = watch(town)
    poll(feedOf(now, [trip('t1', 60)]))
    const second = poll(feedOf(now, [trip('t1', 120)]), now + 20)
    expect([second.trips.length, second.counts.warnings]).toEqual([1, { FEED_TIME_REPEATED: 1 }])
  })

  it('another timetable than the one that is loaded', () => {
    const version = (feedVersion: string) =>
      defects(changed(feedOf(now, [trip('t1', 60)]), (m) => void (m.header.feedVersion = feedVersion)))
    expect([version('winter'), version('spring')]).toEqual([{ TIMETABLE_IS_ANOTHER: 1 }, {}])
  })

  it('is_deleted in a whole dataset: that entity is left out', () => {
    const { trips, counts } = watch(town)(feedOf(now, [trip('t1', 60), { ...trip('t2', 0), isDeleted: true }]))
    expect([trips.map((t) => t.tripId), counts.warnings]).toEqual([['t1'], { DELETED_IN_FULL_DATASET: 1 }])
  })

  it('entities that hold nothing, and two feeds one behind the other', () => {
    expect(defects(feedOf(now, [trip('t1', 60), { id: 'nothing' }]))).toEqual({ ENTITY_WITHOUT_CONTENT: 1 })
    const two = Buffer.concat([feedOf(now, [trip('t1', 60)]), feedOf(now - 5, [trip('t1', 60), trip('t2', 0)])])
    const { trips, snapshot } = watch(town)(two)
    expect([trips.map((t) => t.tripId).sort(), snapshot.feedTime, snapshot.counts.warnings]).toEqual([
      ['t1', 't2'],
      now,
      { DUPLICATE_TRIP: 1, UNKNOWN_STOP: 1 },
    ])
  })
})

describe('a snapshot of which little is usable', () => {
  it('is held as spoiled, nobody is gone, and believed when it lasts', () => {
    const poll = watch(town)
    poll(feedOf(now, many(20)))
    const spoiled = (at: number) => poll(feedOf(at, many(20, 'R?')), at)
    const states = [30, 100, 170, 240].map((s) => spoiled(now + s)).map((r) => [r.snapshot.state, r.reason, r.gone.length])
    expect(states).toEqual([
      ['HELD', 'FEED_SPOILED', 0],
      ['HELD', 'FEED_SPOILED', 0],
      ['HELD', 'FEED_SPOILED', 0],
      ['OK', '', 20],
    ])
  })

  it('is forgotten when the next one is whole again', () => {
    const poll = watch(town)
    poll(feedOf(now, many(20)))
    poll(feedOf(now + 30, many(20, 'R?')), now + 30)
    const next = poll(feedOf(now + 60, many(20)), now + 60)
    expect([next.snapshot.state, next.trips, next.gone]).toEqual(['OK', [], []])
  })
})

describe('a DIFFERENTIAL feed', () => {
  it('forgets a trip that was not sent again for half an hour', () => {
    const poll = watch(town)
    poll(feedOf(now, [trip('t1', 60), trip('t2', 0)], 1))
    const gone = [1000, 1810].map((s) => poll(feedOf(now + s, [trip('t2', s)], 1), now + s).gone)
    expect(gone).toEqual([[], ['t1/20260116']])
  })

  it('keeps its trips through another timetable, read anew', () => {
    const poll = watch(undefined)
    const { snapshots } = poll(feedOf(now, [trip('t1', 60), trip('t2', 0)], 1))
    snapshots.swap(town)
    const { trips, counts } = poll(feedOf(now + 30, [trip('t2', 90)], 1), now + 30)
    expect([trips.map((t) => [t.tripId, t.joined]), counts.joined]).toEqual([[['t1', true], ['t2', true]], 2]) // prettier-ignore
  })

  it('keeps alerts that it does not repeat, until it deletes them', () => {
    const alert: Entity = { id: 'a', alert: { headerText: { translation: [{ text: 'Stau' }] }, informedEntity: [{ routeId: 'R3' }] } }
    const poll = watch(town)
    poll(feedOf(now, [alert, trip('t1', 0)], 1))
    const step = (s: number, entity: Entity) => poll(feedOf(now + s, [entity], 1), now + s).alerts.map((a) => a.gone)
    expect([step(4000, trip('t1', 60)), step(4030, { id: 'a', isDeleted: true })]).toEqual([[], [true]])
  })

  it('keeps vehicles that it does not repeat, for a quarter of an hour', () => {
    const vehicles = new Vehicles()
    const poll = watch(town, { feed: 'vp', vehicles })
    const of = (s: number, ...entities: Entity[]) => {
      poll(feedOf(now + s, entities, 1), now + s)
      return [vehicles.of('t1/20260116'), vehicles.of('t2/20260116')]
    }
    expect(of(0, position('1', 't1', 'a', now), position('2', 't2', 'b', now))).toEqual(['a', 'b'])
    expect(of(60, position('1', 't1', 'c', now + 60))).toEqual(['c', 'b'])
    expect(of(90, { id: '1', isDeleted: true })).toEqual(['', 'b'])
    expect(of(1000, position('3', 't3', 'd', now + 1000))).toEqual(['', ''])
  })
})

describe('vehicles', () => {
  const seen = (...entities: Entity[]) => {
    const vehicles = new Vehicles()
    const { counts } = watch(town, { vehicles })(feedOf(now, entities))
    return [vehicles.of('t1/20260116'), counts.warnings]
  }

  it('two on one trip: the newer report stands, in either order', () => {
    const [older, newer] = [position('1', 't1', 'a', now - 60), position('2', 't1', 'b', now)]
    expect([seen(older, newer), seen(newer, older)]).toEqual([['b', {}], ['b', {}]]) // prettier-ignore
  })

  it('silent for a quarter of an hour, or dated ahead of the feed: on no trip', () => {
    expect(seen(position('1', 't1', 'a', now - 901))).toEqual(['', { VEHICLE_STALE: 1 }])
    expect(seen(position('1', 't1', 'a', now + 1800))).toEqual(['', { VEHICLE_AHEAD_OF_FEED: 1 }])
    expect(seen(position('1', 't1', 'a', (now - 5) * 1000))).toEqual(['a', {}])
  })
})
