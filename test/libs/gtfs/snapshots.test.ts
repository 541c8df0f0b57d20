import type { Frame, Trip } from '#domain/frame'
import type { Observation } from '#domain/observation'
import type { Network } from '#gtfs/network'
import type { Snapshot } from '#gtfs/snapshot'
import { Snapshots } from '#gtfs/snapshots'
import { Vehicles } from '#gtfs/vehicles'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { type Entity, feedOf, late, tripUpdate } from './feedOf'
import { smallTownNetwork } from './smallTown'

const now = Date.parse('2026-01-16T08:50:00Z') / 1000

let network: Network
beforeAll(async () => void (network = await smallTownNetwork()))

const fresh = (more: object = {}) => new Snapshots({ operator: 'st', feed: 'f', epoch: 1, network, ...more })
const at = (seconds: number) => ({ receivedAtMs: seconds * 1000 })
const trip = (tripId: string, delay: number): Entity => tripUpdate({ tripId, routeId: 'R3', startDate: '20260116' }, [late(10, delay)])
/** So many trips that the timetable does not know, on the tram. */
const many = (count: number) => Array.from({ length: count }, (_, i) => trip(`x${i}`, 60))

const framesOf = (s: Snapshot) => s.observations.flatMap((o) => (o.kind === 'frame' ? [o.frame] : []))
const summary = (s: Snapshot) => [
  s.state,
  s.reason,
  framesOf(s).flatMap((f) => f.changed.map((t) => t.tripId)),
  framesOf(s).flatMap((f) => f.gone),
]

describe('a snapshot', () => {
  it('tells what changed, then one tick; equal bytes give a tick alone', () => {
    const snapshots = fresh()
    const body = feedOf(now, [trip('t1', 60), trip('t2', 0)])
    const first = snapshots.take(body, at(now))
    expect(first.observations.map((o) => o.kind)).toEqual(['frame', 'tick'])
    expect(framesOf(first)[0]).toMatchObject({ line: 'tram-3', key: true, present: 2, epoch: 1, seq: 1, feedTime: now })
    expect(summary(snapshots.take(body, at(now + 30)))).toEqual(['OK', '', [], []])
    const third = snapshots.take(feedOf(now + 60, [trip('t2', 0), trip('t1', 120)]), at(now + 60))
    expect([summary(third), framesOf(third)[0]?.key, framesOf(third)[0]?.seq]).toEqual([['OK', '', ['t1'], []], false, 3])
    expect(summary(snapshots.take(feedOf(now + 90, [trip('t1', 120)]), at(now + 90)))).toEqual(['OK', '', [], ['t2/20260116']])
  })

  it('does not count a moved timestamp, another entity id or another vehicle as a change', () => {
    const snapshots = fresh()
    const one = (id: string, timestamp: number, vehicle: string) => ({
      ...tripUpdate({ tripId: 't1', startDate: '20260116' }, [late(10, 60)], { timestamp, vehicle: { id: vehicle } }),
      id,
    })
    snapshots.take(feedOf(now, [one('1', now, 'a')]), at(now))
    expect(framesOf(snapshots.take(feedOf(now + 30, [one('2', now + 30, 'b')]), at(now + 30)))).toEqual([])
  })

  it('tells whole lines again after ten minutes, another timetable and another lease', () => {
    const snapshots = fresh()
    const take = (seconds: number) =>
      framesOf(snapshots.take(feedOf(now + seconds, [trip('t1', 60)]), at(now + seconds))).map((f) => [f.key, f.epoch, f.seq])
    take(0)
    expect([take(30), take(600)]).toEqual([[], [[true, 1, 3]]])
    snapshots.swap(network)
    expect(framesOf(snapshots.unchanged((now + 630) * 1000))).toMatchObject([{ key: true, present: 1 }])
    snapshots.restart(5)
    expect(take(660)).toEqual([[true, 5, 1]])
  })

  it('keeps the newer of two updates about a trip', () => {
    const twice = (stamp: number, delay: number) =>
      tripUpdate({ tripId: 't1', startDate: '20260116' }, [late(10, delay)], { timestamp: stamp })
    const { counts, observations } = fresh().take(feedOf(now, [twice(now, 300), twice(now - 60, 0)]), at(now))
    expect([counts.trips, counts.warnings, (observations[0] as { frame: Frame }).frame.present]).toEqual([1, { DUPLICATE_TRIP: 1 }, 1])
  })

  it('gives a trip its vehicle from another feed of the operator', () => {
    const vehicles = new Vehicles()
    const position: Entity = {
      id: 'v',
      vehicle: { trip: { tripId: 't1', startDate: '20260116' }, vehicle: { id: 'tram 17' }, timestamp: now },
    }
    const idle: Entity = { id: 'w', vehicle: { vehicle: { id: 'tram 18' }, timestamp: now } }
    const seen = fresh({ feed: 'vp', vehicles }).take(feedOf(now, [position, idle]), at(now))
    expect(seen.counts).toMatchObject({ vehicles: 2, vehiclesOnTrips: 1, vehiclesJoined: 1 })
    const told = framesOf(fresh({ vehicles }).take(feedOf(now, [trip('t1', 0)]), at(now)))
    expect(told[0]?.changed[0]?.vehicle).toBe('tram 17')
  })

  it('needs no timetable: lines are route ids, delays what the feed says', () => {
    const snapshots = fresh({ network: undefined })
    const { counts, observations } = snapshots.take(
      feedOf(now, [tripUpdate({ tripId: 'a', routeId: 'R 3' }, [{ stopId: 'C', departure: { delay: 60, time: now } }])]),
      at(now),
    )
    expect([counts.unjoined, snapshots.lines()[0]?.id, snapshots.lines()[0]?.stops[0]?.id]).toEqual([1, 'other-r-3', 'C'])
    expect((observations[0] as { frame: Frame }).frame).toMatchObject({ line: 'other-r-3', timetable: '' })
  })
})

describe('a snapshot that cannot be believed', () => {
  const full = many(20)
  const body = feedOf(now + 30, full)
  const boundary = feedOf(now + 30, full.slice(0, 15))

  it.each<[string, Buffer, number | undefined, string]>([
    ['is empty', Buffer.alloc(0), undefined, 'FEED_EMPTY'],
    ['has no entity left', feedOf(now + 30, []), undefined, 'FEED_EMPTY'],
    ['is an HTML page', Buffer.from('<html><body>502 Bad Gateway</body></html>'), undefined, 'FEED_NOT_PROTOBUF'],
    ['is JSON', Buffer.from('{"error":"maintenance"}'), undefined, 'FEED_NOT_PROTOBUF'],
    ['is cut inside an entity', body.subarray(0, body.length - 5), undefined, 'FEED_TRUNCATED'],
    ['is cut between two entities', boundary, body.length, 'FEED_TRUNCATED'],
    ['lost more than half', feedOf(now + 30, full.slice(0, 9)), undefined, 'FEED_SHRANK'],
    ['is from an hour ahead', feedOf(now + 3600, full), undefined, 'FEED_CLOCK'],
    ['is older than the last', feedOf(now - 30, full), undefined, 'FEED_WENT_BACK'],
    ['changes its kind', feedOf(now + 30, full, 1), undefined, 'FEED_MODE_FLIPPED'],
    ['is larger than allowed', Buffer.alloc(2 ** 20 + 1), undefined, 'FEED_TOO_LARGE'],
    ['unpacks to more than allowed', gzipSync(Buffer.alloc(2 ** 21)), undefined, 'FEED_TOO_LARGE'],
    [
      'is two million empty entities',
      Buffer.concat([feedOf(now + 30, []), Buffer.alloc(600_000, Buffer.from([0x12, 0x00]))]),
      undefined,
      'FEED_TOO_LARGE',
    ],
  ])('%s: held, nobody is gone, and the feed goes on', (_, bad, contentLength, reason) => {
    const snapshots = fresh({ maxBytes: 2 ** 20 })
    snapshots.take(feedOf(now, full), at(now))
    const held = snapshots.take(bad, { ...at(now + 30), contentLength })
    expect([summary(held), held.believed, held.observations.length]).toEqual([['HELD', reason, [], []], false, 1])
    expect(summary(snapshots.take(feedOf(now + 60, full), at(now + 60)))).toEqual(['OK', '', [], []])
  })

  it('is believed when it lasts for three polls and three minutes', () => {
    const snapshots = fresh()
    snapshots.take(feedOf(now, full), at(now))
    const states = [60, 120, 180, 240, 300].map((s) => snapshots.take(feedOf(now + s, full.slice(0, 4)), at(now + s)))
    expect(states.map((s) => [s.state, framesOf(s).flatMap((f) => f.gone).length])).toEqual([
      ['HELD', 0],
      ['HELD', 0],
      ['HELD', 0],
      ['OK', 16],
      ['OK', 0],
    ])
  })

  it('is stale when its time stands still', () => {
    const snapshots = fresh({ staleAfterMs: 120_000 })
    const same = feedOf(now, full)
    expect([0, 90, 150].map((s) => snapshots.take(same, at(now + s)).state)).toEqual(['OK', 'OK', 'STALE'])
  })
})

describe('odd but good', () => {
  it('takes gzip that nobody announced, milliseconds, and a feed without a time', () => {
    const feedTime = (body: Buffer, more: object = {}) => fresh().take(body, { ...at(now + 5), ...more }).feedTime
    expect(feedTime(gzipSync(feedOf(now, [trip('t1', 0)])))).toBe(now)
    expect(feedTime(feedOf(now * 1000, [trip('t1', 0)]))).toBe(now)
    expect(feedTime(feedOf(0, [trip('t1', 0)]), { lastModifiedMs: (now - 7) * 1000 })).toBe(now - 7)
    expect(feedTime(feedOf(0, [trip('t1', 0)]))).toBe(now + 5)
  })

  it('keeps a DIFFERENTIAL feed by entity id: absent stays, deleted goes', () => {
    const snapshots = fresh()
    snapshots.take(feedOf(now, [trip('t1', 60), trip('t2', 0)], 1), at(now))
    expect(summary(snapshots.take(feedOf(now + 30, [trip('t2', 90)], 1), at(now + 30)))).toEqual(['OK', '', ['t2'], []])
    expect(summary(snapshots.take(feedOf(now + 60, [{ id: 'e-t1', isDeleted: true }], 1), at(now + 60)))).toEqual([
      'OK',
      '',
      [],
      ['t1/20260116'],
    ])
  })
})

/** What detection does with frames. */
function applied(state: Map<string, Map<string, Trip>>, observations: readonly Observation[]): void {
  for (const o of observations) {
    if (o.kind !== 'frame') continue
    const trips = o.frame.key ? new Map<string, Trip>() : (state.get(o.frame.line) ?? new Map<string, Trip>())
    for (const key of o.frame.gone) trips.delete(key)
    for (const t of o.frame.changed) trips.set(t.key, t)
    state.set(o.frame.line, trips)
    expect([o.frame.line, trips.size]).toEqual([o.frame.line, o.frame.present])
  }
}

const plain = (state: Map<string, Map<string, Trip>>) =>
  [...state]
    .filter(([, trips]) => trips.size > 0)
    .sort()
    .map(([line, trips]) => [line, [...trips.values()].sort((a, b) => (a.key < b.key ? -1 : 1))])

it('frames add up to what the newest snapshot says, whatever came before (law)', () => {
  const entity = fc.record({
    tripId: fc.constantFrom('t1', 't2', 't3', 'b1', 'x1', 'x2', 'bad'),
    delay: fc.nat(5),
    relation: fc.constantFrom(0, 0, 0, 3, 7),
    stamp: fc.nat(3),
  })
  const bodies = fc.array(
    fc.record({ entities: fc.array(entity, { maxLength: 6 }), gap: fc.integer({ min: 0, max: 700 }), swap: fc.boolean() }),
    { minLength: 1, maxLength: 8 },
  )
  fc.assert(
    fc.property(bodies, (steps) => {
      const snapshots = fresh({ staleAfterMs: 1e9 })
      const state = new Map<string, Map<string, Trip>>()
      let time = now
      let newest: Buffer | undefined
      for (const { entities, gap, swap } of steps) {
        time += gap
        const body = feedOf(
          time,
          entities.map((e) =>
            tripUpdate(
              { tripId: e.tripId, routeId: e.tripId === 'bad' ? 'R?' : 'R3', startDate: '20260116', scheduleRelationship: e.relation },
              [late(10, e.delay * 60)],
              { timestamp: e.stamp },
            ),
          ),
        )
        if (swap) snapshots.swap(network)
        const snapshot = snapshots.take(body, at(time))
        if (snapshot.state === 'OK') newest = body
        applied(state, snapshot.observations)
      }
      const alone = new Map<string, Map<string, Trip>>()
      if (newest) applied(alone, fresh({ staleAfterMs: 1e9 }).take(newest, at(time)).observations)
      expect(plain(state)).toEqual(plain(alone))
    }),
    { numRuns: 200 },
  )
})
