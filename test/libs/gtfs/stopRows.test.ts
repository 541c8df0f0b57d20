import type { Trip } from '#domain/frame'
import { stopFlag, unpackStops } from '#domain/packedStops'
import type { Network } from '#gtfs/network'
import { Snapshots } from '#gtfs/snapshots'
import { type Entity, type StopUpdate, feedOf, late, tripUpdate } from './feedOf'
import { smallTownNetwork } from './smallTown'

// 16 January 2026, 9:50 in Berlin: tram t1 leaves A at 10:00.
const now = Date.parse('2026-01-16T08:50:00Z') / 1000
const departure = now + 600

let network: Network
beforeAll(async () => void (network = await smallTownNetwork()))

function taken(entities: readonly Entity[]) {
  const snapshots = new Snapshots({ operator: 'st', feed: 'f', epoch: 1, network })
  const snapshot = snapshots.take(feedOf(now, entities), { receivedAtMs: now * 1000 })
  const trips = snapshot.observations.flatMap((o) => (o.kind === 'frame' ? o.frame.changed : []))
  return { trips, counts: snapshot.counts, lines: snapshot.observations.flatMap((o) => (o.kind === 'frame' ? [o.frame.line] : [])) }
}

/** A stop as a word: id and delay, `?` unknown, `x` skipped, `-` no data. */
function told(trip: Trip | undefined, line = 'tram-3'): string[] {
  const stops = network.lines.find((l) => l.id === line)?.stops ?? []
  return unpackStops(trip?.stops ?? new Uint8Array()).map(({ stop, flags, delay }) => {
    const word = flags & stopFlag.skipped ? 'x' : flags & stopFlag.noData ? '-' : flags & stopFlag.hasDelay ? String(delay) : '?'
    return `${stops[stop]?.id}${word}`
  })
}

const t1 = (stops: StopUpdate[], more: object = {}, trip: object = {}) =>
  tripUpdate({ tripId: 't1', startDate: '20260116', ...trip }, stops, more)
const seen = (stops: StopUpdate[], more: object = {}, trip: object = {}) => told(taken([t1(stops, more, trip)]).trips[0])

describe('delays of a trip', () => {
  it('hold on until the next update with data; before the first nothing is known', () => {
    expect(seen([late(20, 120), late(40, 60)])).toEqual(['A?', 'B1120', 'C120', 'D60'])
  })

  it('go on behind a stop that is skipped, and end at NO_DATA', () => {
    expect(seen([late(10, 300), { stopSequence: 20, scheduleRelationship: 1 }])).toEqual(['A300', 'B1x', 'C300', 'D300'])
    expect(seen([late(10, 300), { stopSequence: 30, scheduleRelationship: 2 }])).toEqual(['A300', 'B1300', 'C-', 'D-'])
  })

  it('come from the trip as a whole until an update has data', () => {
    expect(seen([late(30, 30)], { delay: 90 })).toEqual(['A90', 'B190', 'C30', 'D30'])
    expect(seen([], { delay: 0 })).toEqual(['A0', 'B10', 'C0', 'D0'])
    expect(seen([])).toEqual(['A?', 'B1?', 'C?', 'D?'])
  })

  it('follow time before delay, departure before arrival, and at the last stop the arrival', () => {
    const both = { departure: { time: departure + 240, delay: 10 } }
    expect(seen([{ stopSequence: 10, ...both }])).toEqual(['A240', 'B1240', 'C240', 'D240'])
    expect(seen([{ stopSequence: 30, arrival: { delay: 200 }, departure: { delay: 150 } }])).toEqual(['A?', 'B1?', 'C150', 'D150'])
    expect(seen([{ stopSequence: 40, arrival: { delay: 200 }, departure: { delay: 150 } }])).toEqual(['A?', 'B1?', 'C?', 'D200'])
  })

  it('are put on stops by sequence, else by id; another platform of the station is the same stop, another stop is not', () => {
    expect(seen([{ stopId: 'C', departure: { delay: 60 } }])).toEqual(['A?', 'B1?', 'C60', 'D60'])
    expect(seen([{ stopSequence: 20, stopId: 'B9', departure: { delay: 60 } }])).toEqual(['A?', 'B160', 'C60', 'D60'])
    expect(seen([{ stopSequence: 99, stopId: 'C', departure: { delay: 60 } }])).toEqual(['A?', 'B1?', 'C60', 'D60'])
    const { trips, counts } = taken([t1([{ stopSequence: 20, stopId: 'D', departure: { delay: 60 } }])])
    expect([told(trips[0]), counts.warnings]).toEqual([['A?', 'B1?', 'C?', 'D?'], { STOP_DISAGREES_WITH_SEQUENCE: 1 }])
  })

  it('are read in order where the feed is not in order', () => {
    expect(seen([late(40, 10), late(10, 100), late(20, 50)])).toEqual(['A100', 'B150', 'C50', 'D10'])
  })

  it('that cannot be are no data; a trip with no other is rejected and counted', () => {
    expect(seen([late(10, 60), late(30, 26_687)])).toEqual(['A60', 'B160', 'C-', 'D-'])
    const { trips, counts } = taken([t1([late(10, 26_687)])])
    expect([trips, counts.rejects, counts.rejected, counts.trips]).toEqual([[], { DELAY_ABSURD: 1 }, 1, 1])
  })
})

describe('what a trip is', () => {
  const relation = (scheduleRelationship: number, stops: StopUpdate[] = [], more: object = {}) =>
    taken([t1(stops, more, { scheduleRelationship })])

  it('is cancelled by its relation, or by skipping every stop, and keeps its scheduled stops', () => {
    const skipped = [10, 20, 30, 40].map((stopSequence) => ({ stopSequence, scheduleRelationship: 1 }))
    expect(relation(3).trips[0]).toMatchObject({
      relation: 'CANCELED',
      joined: true,
      start: departure,
      end: departure + 1800,
      towards: 'Dorf',
    })
    expect(told(relation(3).trips[0])).toEqual(['A?', 'B1?', 'C?', 'D?'])
    expect(relation(0, skipped).trips[0]?.relation).toBe('CANCELED')
    expect(relation(0, skipped.slice(1)).trips[0]?.relation).toBe('SCHEDULED')
  })

  it('is unjoined when only its line is known, and rejected when not even that is', () => {
    const other = (id: string, routeId: string) =>
      tripUpdate({ tripId: id, routeId, startDate: '20260116' }, [{ stopId: 'C', departure: { time: departure, delay: 60 } }])
    const { trips, counts } = taken([other('u1', 'R3'), other('u2', 'R99'), other('u3', '')])
    expect(trips.map((t) => [t.tripId, t.joined, t.direction, told(t)])).toEqual([['u1', false, 2, ['C60']]])
    expect([counts.unjoined, counts.rejected, counts.rejects]).toEqual([1, 2, { UNKNOWN_ROUTE: 2 }])
  })

  it('runs on the service day that is named, else on the one nearest to now', () => {
    const afterMidnight = Date.parse('2026-01-16T00:20:00Z') / 1000 // 1:20 in Berlin: t3 of the 15th left at 25:10
    const at = (trip: object) => {
      const snapshots = new Snapshots({ operator: 'st', feed: 'f', epoch: 1, network })
      const { observations } = snapshots.take(feedOf(afterMidnight, [tripUpdate({ tripId: 't3', ...trip }, [])]), {
        receivedAtMs: afterMidnight * 1000,
      })
      return observations.flatMap((o) => (o.kind === 'frame' ? o.frame.changed.map((t) => [t.startDate, t.start]) : []))[0]
    }
    expect(at({})).toEqual(['20260115', afterMidnight - 600])
    expect(at({ startDate: '20260116' })).toEqual(['20260116', afterMidnight - 600 + 86_400])
  })
})
