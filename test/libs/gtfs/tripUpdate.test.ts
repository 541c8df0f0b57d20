import { frameFeed } from '#gtfs/frameFeed'
import { TripUpdateColumns, decodeTripUpdate, has } from '#gtfs/tripUpdate'
import { decodeVehicle } from '#gtfs/vehiclePositions'
import { WireError } from '#gtfs/wire'
import { transit_realtime } from 'gtfs-realtime-bindings'
import fc from 'fast-check'
import { feedOf, late, tripUpdate } from './feedOf'
import { describeRecorded, recordedFeeds, recordedFile } from './recorded'

const columns = new TripUpdateColumns()

interface Plain {
  readonly trip: readonly unknown[]
  readonly delay: number | undefined
  readonly vehicle: string
  readonly stops: readonly (readonly unknown[])[]
}

/** What the own cursor reads. */
function byCursor(bytes: Buffer): Plain[] {
  const framed = frameFeed(bytes, false)
  if (!framed.ok) throw new Error(framed.reason)
  return framed.feed.trips.map((trip) => {
    decodeTripUpdate(bytes, trip.from, trip.to, columns)
    const d = columns.descriptor
    const stops = Array.from({ length: columns.count }, (_, i) => {
      const given = (bit: number, value: number | undefined) => ((columns.has[i] as number) & bit ? value : undefined)
      return [
        given(has.sequence, columns.sequence[i]), columns.stopId(i), columns.relation[i],
        given(has.arrivalDelay, columns.arrivalDelay[i]), given(has.arrivalTime, columns.arrivalTime[i]),
        given(has.departureDelay, columns.departureDelay[i]), given(has.departureTime, columns.departureTime[i]),
      ] // prettier-ignore
    })
    return {
      trip: [d.tripId, d.routeId, d.direction, d.startTime, d.startDate, d.relation],
      delay: columns.delay,
      vehicle: columns.vehicle,
      stops,
    }
  })
}

/** What the generated bindings read. */
function byBindings(bytes: Buffer): Plain[] {
  const own = (object: object | null | undefined, key: string) =>
    object && Object.hasOwn(object, key) ? Number((object as Record<string, unknown>)[key]) : undefined
  const time = (event: object | null | undefined) => own(event, 'time') || undefined
  return transit_realtime.FeedMessage.decode(bytes).entity.flatMap(({ isDeleted, tripUpdate: update }) => {
    if (!update || isDeleted) return []
    const { trip, vehicle } = update
    return {
      trip: [trip.tripId ?? '', trip.routeId ?? '', own(trip, 'directionId') ?? 2, trip.startTime ?? '', trip.startDate ?? '', trip.scheduleRelationship ?? 0],
      delay: own(update, 'delay'),
      vehicle: vehicle?.id || vehicle?.label || '',
      stops: (update.stopTimeUpdate ?? []).map((s) => [
        own(s, 'stopSequence'), s.stopId ?? '', s.scheduleRelationship ?? 0,
        own(s.arrival, 'delay'), time(s.arrival), own(s.departure, 'delay'), time(s.departure),
      ]),
    } // prettier-ignore
  })
}

describe('the own cursor', () => {
  it('tells no delay from delay 0, and reads negative ones', () => {
    const feed = feedOf(1_768_000_000, [
      tripUpdate({ tripId: 't' }, [late(1, -90), late(2, 0), { stopSequence: 3 }, { stopId: 'X', arrival: { time: 1_768_000_100 } }]),
    ])
    expect(byCursor(feed)[0]?.stops).toEqual([
      [1, '', 0, undefined, undefined, -90, undefined],
      [2, '', 0, undefined, undefined, 0, undefined],
      [3, '', 0, undefined, undefined, undefined, undefined],
      [undefined, 'X', 0, undefined, 1_768_000_100, undefined, undefined],
    ])
  })

  it('reads generated feeds as the bindings do', () => {
    const event = fc.option(
      fc.record({ delay: fc.integer({ min: -9000, max: 90_000 }), time: fc.integer({ min: 1, max: 2 ** 33 }) }, { requiredKeys: [] }),
      { nil: undefined },
    )
    const stop = fc.record(
      { stopSequence: fc.nat(300), stopId: fc.string({ maxLength: 5 }), arrival: event, departure: event, scheduleRelationship: fc.nat(3) },
      { requiredKeys: [] },
    )
    const trip = fc.record(
      {
        tripId: fc.string({ maxLength: 8 }),
        routeId: fc.string({ maxLength: 3 }),
        directionId: fc.nat(1),
        startDate: fc.constant('20260116'),
        scheduleRelationship: fc.nat(8),
      },
      { requiredKeys: ['tripId'] },
    )
    const update = fc.record(
      {
        trip,
        stopTimeUpdate: fc.array(stop, { maxLength: 5 }),
        delay: fc.integer({ min: -500, max: 500 }),
        vehicle: fc.record({ id: fc.string({ maxLength: 4 }) }),
      },
      { requiredKeys: ['trip'] },
    )
    fc.assert(
      fc.property(fc.array(update, { maxLength: 4 }), (updates) => {
        const bytes = feedOf(
          1_768_000_000,
          updates.map((tripUpdateOf, i) => ({ id: String(i), tripUpdate: tripUpdateOf })),
        )
        expect(byCursor(bytes)).toEqual(byBindings(bytes))
      }),
    )
  })

  it('meets any bytes with a WireError or a result', () => {
    const seed = feedOf(1_768_000_000, [tripUpdate({ tripId: 't1', startDate: '20260116' }, [late(1, 60), late(2, -60)])])
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 4 }), fc.nat(seed.length), (flips, length) => {
        const bytes = Buffer.from(seed.subarray(0, length))
        for (const [at, value] of flips) if (at < length) bytes[at] = value
        const framed = frameFeed(bytes, true)
        for (const trip of framed.ok ? framed.feed.trips : []) {
          try {
            decodeTripUpdate(bytes, trip.from, trip.to, columns)
          } catch (error) {
            expect(error).toBeInstanceOf(WireError)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })
})

const sets = [
  'kingston-transit/trip_updates', 'bart-2019', 'bustang-2023', 'caltrain-2023', 'delijn-2019', 'nmbs-sncb-2019', 'septa-2023', 'sofia-2025', 'mta-bus-2026',
  'tarc-louisville-2026', 'mbta/2017-12-18', 'mbta/2024-11-20', 'nyct-subway/ace_2024-03-19_midnight', 'nyct-subway/l_2024-03-22', 'bullrunner-conformance/conformance/bullrunner',
] // prettier-ignore

/** Of the long series every twelfth file. */
const some = (paths: readonly string[]) => paths.filter((_, i) => paths.length < 30 || i % 12 === 0)

for (const set of sets) {
  describeRecorded(set, () => {
    it('is read as the bindings read it', () => {
      for (const path of some(recordedFeeds(set))) {
        const bytes = recordedFile(path)
        const framed = frameFeed(bytes, false)
        if (!framed.ok) {
          expect([path, framed.reason]).toEqual([expect.stringMatching(/truncated|empty/), expect.stringMatching(/^FEED_/)])
          continue
        }
        expect(JSON.stringify(byCursor(bytes))).toBe(JSON.stringify(byBindings(bytes)))
      }
    })

    it('has the vehicles that the bindings see', () => {
      for (const path of some(recordedFeeds(set)).filter((p) => /veh|pos|vp/i.test(p) && !/trip/i.test(p))) {
        const bytes = recordedFile(path)
        const framed = frameFeed(bytes, false)
        const seen = framed.ok ? framed.feed.vehicles.map((v) => decodeVehicle(bytes, v)).map((v) => [v.vehicle, v.trip?.tripId ?? '']) : []
        const expected = transit_realtime.FeedMessage.decode(bytes).entity.flatMap(({ vehicle: v }) =>
          v ? [[v.vehicle?.id || v.vehicle?.label || '', v.trip?.tripId ?? '']] : [],
        )
        expect(seen).toEqual(expected)
      }
    })
  })
}
