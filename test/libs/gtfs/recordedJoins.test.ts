import type { Trip } from '#domain/frame'
import type { OperatorAlert } from '#domain/observation'
import { stopFlag, unpackStops } from '#domain/packedStops'
import { frameFeed } from '#gtfs/frameFeed'
import { loadTimetable } from '#gtfs/loadTimetable'
import { type Network, networkOf } from '#gtfs/network'
import { Snapshots, type SnapshotsOptions } from '#gtfs/snapshots'
import { TripUpdateColumns, decodeTripUpdate, has } from '#gtfs/tripUpdate'
import { transit_realtime } from 'gtfs-realtime-bindings'
import { describeRecorded, recordedFeeds, recordedFile } from './recorded'

const longAgo = { staleAfterMs: Number.MAX_SAFE_INTEGER }

async function networkFrom(zip: string): Promise<Network> {
  const loaded = await loadTimetable(recordedFile(zip))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return networkOf('o', loaded.timetable)
}

const feedTime = (bytes: Buffer): number => {
  const framed = frameFeed(bytes, false)
  return framed.ok ? framed.feed.timestamp : 0
}

/** One snapshot, received as it was written. */
function taken(bytes: Buffer, more: Partial<SnapshotsOptions> = {}, receivedAtMs = feedTime(bytes) * 1000) {
  const snapshot = new Snapshots({ operator: 'o', feed: 'f', epoch: 1, ...longAgo, ...more }).take(bytes, { receivedAtMs })
  const trips = snapshot.observations.flatMap((o): readonly Trip[] => (o.kind === 'frame' ? o.frame.changed : []))
  const alerts = snapshot.observations.flatMap((o): OperatorAlert[] => (o.kind === 'alert' ? [o.alert] : []))
  return { snapshot, counts: snapshot.counts, trips, alerts }
}

const delaysOf = (trips: readonly Trip[]): number[] =>
  trips.flatMap((t) => unpackStops(t.stops).flatMap((s) => (s.flags & stopFlag.hasDelay ? [s.delay] : [])))
const tally = (values: readonly string[]) =>
  Object.fromEntries([...new Set(values)].sort().map((v) => [v, values.filter((x) => x === v).length]))

describeRecorded('kingston-transit', () => {
  let network: Network
  beforeAll(async () => void (network = await networkFrom('kingston-transit/static/gtfs.zip')))

  it('has the lines, stops and trips of its README', () => {
    const { timetable } = network
    expect([network.lines.length, timetable.stops.names.length, timetable.trips.ids.size, timetable.times.stop.length]).toEqual([
      31, 809, 7113, 176_768,
    ])
    expect(network.lines.find((l) => l.id === 'bus-1')).toMatchObject({
      name: '1',
      color: '54B948',
      directions: [{ towards: 'Montreal Street' }, { towards: 'St. Lawrence College' }],
    })
  })

  it('joins 386 of 486 scheduled trips and every line, over all 121 snapshots and without a reject', () => {
    const snapshots = new Snapshots({ operator: 'kt', feed: 'tu', epoch: 1, network, ...longAgo })
    const scheduled = new Map<string, boolean>()
    const rejects: Record<string, number> = {}
    const lines = new Set<string>()
    const present = new Map<string, Set<string>>()
    const wrong: unknown[] = []
    for (const path of recordedFeeds('kingston-transit/trip_updates')) {
      const bytes = recordedFile(path)
      const { observations, counts, state } = snapshots.take(bytes, { receivedAtMs: feedTime(bytes) * 1000 })
      if (state !== 'OK') wrong.push([path, state])
      Object.assign(rejects, counts.rejects)
      for (const o of observations) {
        if (o.kind !== 'frame') continue
        lines.add(o.frame.line)
        const keys = o.frame.key ? new Set<string>() : (present.get(o.frame.line) ?? new Set())
        for (const key of o.frame.gone) keys.delete(key)
        for (const trip of o.frame.changed) keys.add(trip.key)
        for (const t of o.frame.changed) if (t.relation !== 'ADDED' && !t.tripId.includes('#')) scheduled.set(t.tripId, t.joined)
        present.set(o.frame.line, keys)
        if (keys.size !== o.frame.present) wrong.push([path, o.frame.line, keys.size, o.frame.present])
      }
    }
    expect([scheduled.size, [...scheduled.values()].filter(Boolean).length, rejects, wrong]).toEqual([486, 386, {}, []])
    expect([...lines].every((id) => network.lines.some((l) => l.id === id))).toBe(true)
  })

  it('measures its delays against this timetable: time minus delay is the scheduled time, at every stop', () => {
    const columns = new TripUpdateColumns()
    const { trips, times, days, stops } = network.timetable
    const zero = days.zero(20_469) // 16 January 2026
    let checked = 0
    const wrong: unknown[] = []
    for (const path of recordedFeeds('kingston-transit/trip_updates').filter((_, i) => i % 20 === 0)) {
      const bytes = recordedFile(path)
      const framed = frameFeed(bytes, false)
      for (const update of framed.ok ? framed.feed.trips : []) {
        decodeTripUpdate(bytes, update.from, update.to, columns)
        const trip = trips.ids.findText(columns.descriptor.tripId)
        if (trip < 0) continue
        for (let i = 0; i < columns.count; i++) {
          const row = (trips.first[trip] as number) + (columns.sequence[i] as number) - 1
          if (!((columns.has[i] as number) & has.departureTime)) continue
          checked++
          const planned = (columns.departureTime[i] as number) - (columns.departureDelay[i] as number)
          const right =
            stops.ids.text(times.stop[row] as number) === columns.stopId(i) && zero + (times.departure[row] as number) === planned
          if (!right) wrong.push([columns.descriptor.tripId, columns.stopId(i), planned])
        }
      }
    }
    expect([wrong, checked > 25_000]).toEqual([[], true])
  })

  it('joins added trips when told to cut their ids, and no other differently', () => {
    const bytes = recordedFile(recordedFeeds('kingston-transit/trip_updates')[0] as string)
    const joined = (tripIds?: { cutAt: string }) => tally(taken(bytes, { network, tripIds }).trips.map((t) => `${t.relation} ${t.joined}`))
    expect(joined()).toEqual({ 'ADDED false': 17, 'SCHEDULED false': 43, 'SCHEDULED true': 174 })
    expect(joined({ cutAt: '#' })).toEqual({ 'ADDED true': 17, 'SCHEDULED false': 43, 'SCHEDULED true': 174 })
  })

  it('knows the vehicles on trips', () => {
    const [path] = recordedFeeds('kingston-transit/vehicle_positions_derived')
    const { counts } = taken(recordedFile(path as string), { network })
    expect([counts.vehicles > 100, counts.vehiclesOnTrips < counts.vehicles, counts.vehiclesJoined > counts.vehiclesOnTrips * 0.6]).toEqual(
      [true, true, true],
    )
  })
})

describeRecorded('bart-2019', () => {
  it('joins all 26 trips of a holiday (one with times that fit no day), and 65 of 91 on the day of a disruption that its alert tells', async () => {
    const network = await networkFrom('bart-2019/gtfs.zip')
    const holiday = taken(recordedFile('bart-2019/trip-updates_20190528.pb'), { network })
    expect([holiday.counts.joined, holiday.counts.rejects, tally(holiday.trips.map((t) => t.startDate))]).toEqual([
      25,
      { DELAY_ABSURD: 1 },
      { 20190527: 25 },
    ])
    const disrupted = taken(recordedFile('bart-2019/trip-updates_20190807.pb'), { network })
    expect([disrupted.counts.joined, disrupted.counts.rejects]).toEqual([65, { UNKNOWN_ROUTE: 26 }])
    expect(Math.max(...delaysOf(disrupted.trips))).toBeGreaterThan(2100)
    const [alert] = taken(recordedFile('bart-2019/alerts_20190807.pb'), { network }).alerts
    expect(alert).toMatchObject({ effect: 'SIGNIFICANT_DELAYS', cause: 'MEDICAL_EMERGENCY', severity: 'WARNING', scopes: [], periods: [] })
  })
})

describeRecorded('bustang-2023', () => {
  it('joins all 6 trips', async () => {
    const { counts, trips } = taken(recordedFile('bustang-2023/bustang.pb'), { network: await networkFrom('bustang-2023/gtfs.zip') })
    expect([counts.joined, counts.trips, tally(trips.map((t) => t.startDate))]).toEqual([6, 6, { 20230306: 6 }])
  })
})

describeRecorded('caltrain-2023', () => {
  it('joins all 19 trips and 14 vehicles, with delays out of times alone', async () => {
    const network = await networkFrom('caltrain-2023/gtfs.zip')
    const { counts, trips } = taken(recordedFile('caltrain-2023/ct-trip-updates.pb'), { network })
    expect([counts.joined, counts.trips, counts.warnings, delaysOf(trips).length > 200]).toEqual([19, 19, {}, true])
    expect(taken(recordedFile('caltrain-2023/ct-vehicle-positions.pb'), { network }).counts).toMatchObject({
      vehicles: 14,
      vehiclesJoined: 14,
    })
  })
})

describeRecorded('delijn-2019', () => {
  it('joins all 182 trips by its time of receipt, and rejects the delay of seven hours', async () => {
    const network = await networkFrom('delijn-2019/gtfs_partial.zip')
    const { counts } = taken(recordedFile('delijn-2019/trip-updates_no_timestamp.pb'), { network }, Date.parse('2019-07-09T11:41:00Z'))
    expect([counts.trips, counts.joined, counts.rejects]).toEqual([182, 181, { DELAY_ABSURD: 1 }])
  })
})

describeRecorded('nmbs-sncb-2019', () => {
  it('joins all 453 trips by stop ids alone, one of them cancelled', async () => {
    const network = await networkFrom('nmbs-sncb-2019/gtfs_20190529.zip')
    const { counts, trips } = taken(recordedFile('nmbs-sncb-2019/trip-updates_20190604_canceled.pb'), { network })
    expect([counts.joined, tally(trips.map((t) => t.relation)), Math.max(...delaysOf(trips))]).toEqual([
      453,
      { CANCELED: 1, SCHEDULED: 452 },
      1500,
    ])
  })
})

describeRecorded('nyct-subway', () => {
  it('knows lines but no trips, on both service days around midnight', async () => {
    const network = await networkFrom('nyct-subway/static/gtfs_cut_20230528-20231119.zip')
    const [first] = recordedFeeds('nyct-subway/ace_2024-03-19_midnight')
    const { counts, trips } = taken(recordedFile(first as string), { network })
    expect([counts.joined, counts.unjoined, counts.rejects, tally(trips.map((t) => t.startDate))]).toEqual([
      0,
      68,
      {},
      { 20240319: 43, 20240320: 25 },
    ])
  })
})

/** The set is JSON with the names of the proto file. */
const camel = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(camel)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase()), camel(v)]))
}

describeRecorded('sound-transit-link-duplicated', () => {
  it('has duplicated trips as copies at another time, under ids of their own', async () => {
    const network = await networkFrom('sound-transit-link-duplicated/gtfs.zip')
    const json = camel(JSON.parse(recordedFile('sound-transit-link-duplicated/TripUpdate-DUPLICATED-1690679342.json').toString())) as {
      entity: unknown[]
    }
    const bytes = Buffer.from(transit_realtime.FeedMessage.encode(transit_realtime.FeedMessage.fromObject(json)).finish())
    const { counts, trips } = taken(bytes, { network })
    const copies = trips.filter((t) => t.relation === 'DUPLICATED')
    expect([counts.joined + counts.rejected, copies.length > 0, new Set(trips.map((t) => t.key)).size]).toEqual([
      json.entity.length,
      true,
      trips.length,
    ])
    expect(copies.every((t) => t.joined && t.start > 0)).toBe(true)
  })
})

describeRecorded('mbta', () => {
  it('cancels 45 trips whose every stop is skipped, adds 39, and tells 94 alerts as severe as they say', () => {
    expect(tally(taken(recordedFile('mbta/2024-11-20/TripUpdates.pb')).trips.map((t) => t.relation))).toMatchObject({
      ADDED: 39,
      CANCELED: 45,
    })
    const { alerts } = taken(recordedFile('mbta/2024-11-20/Alerts.pb'))
    expect([alerts.length, tally(alerts.map((a) => a.severity)), alerts.filter((a) => a.periods.length > 1).length]).toEqual([
      94,
      { INFO: 23, SEVERE: 12, WARNING: 59 },
      10,
    ])
    expect(taken(recordedFile('mbta/2017-12-18/alerts.pb')).alerts).toHaveLength(51)
  })
})

describeRecorded('sofia-2025', () => {
  it('tells 60 alerts in two languages, without their markup', () => {
    const { alerts } = taken(recordedFile('sofia-2025/alerts.pb.gz'))
    expect([alerts.length, alerts.filter((a) => a.effect === 'DETOUR').length]).toEqual([60, 49])
    const texts = alerts.flatMap((a) => a.descriptions)
    expect([tally(texts.map((t) => t.language)), texts.filter((t) => /<[a-z/]|&nbsp;|&amp;/i.test(t.text))]).toEqual([
      { bg: expect.any(Number), en: expect.any(Number) },
      [],
    ])
  })
})

describeRecorded('mta-bus-2026', () => {
  it('leaves 399 duplicates out', () => {
    const { counts, trips } = taken(recordedFile('mta-bus-2026/trip-updates.pb.gz'))
    expect([counts.entities, trips.length, counts.warnings]).toEqual([5801, 5402, { DUPLICATE_TRIP: 399 }])
  })
})

describeRecorded('tarc-louisville-2026', () => {
  it('is shown without a timetable: 265 trips by route, with the delays that it says', () => {
    const { counts, trips } = taken(recordedFile('tarc-louisville-2026/louisville-updates.pb'))
    expect([counts.unjoined, delaysOf(trips).length > 15_000]).toEqual([265, true])
  })
})

describeRecorded('defects', () => {
  it('holds what is no feed, and believes an empty one only as a beginning', () => {
    const states = ['defects/invalid.pb', 'defects/hart-trip-updates.pb'].map((path) => taken(recordedFile(path), {}, Date.now()).snapshot)
    expect(states.map((s) => [s.state, s.reason, s.observations.length])).toEqual([
      ['HELD', 'FEED_NOT_PROTOBUF', 1],
      ['OK', '', 1],
    ])
  })
})
