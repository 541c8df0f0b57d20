import type { Trip } from '#domain/frame'
import { stopFlag, unpackStops } from '#domain/packedStops'
import { frameFeed } from '#gtfs/frameFeed'
import { loadTimetable } from '#gtfs/loadTimetable'
import { type Network, networkOf } from '#gtfs/network'
import type { Snapshot } from '#gtfs/snapshot'
import type { SnapshotsOptions } from '#gtfs/snapshots'
import { Vehicles } from '#gtfs/vehicles'
import { transit_realtime } from 'gtfs-realtime-bindings'
import { describeRecorded, recordedFeeds, recordedFile, recordedNames } from './recorded'
import { watch } from './watch'

/** What each README.txt tells of its set, and what we make of it. Joins with a timetable that are told there stand in recordedJoins.test.ts. */

async function networkFrom(zip: string): Promise<Network> {
  const loaded = await loadTimetable(recordedFile(zip))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return networkOf('o', loaded.timetable)
}

const timeOf = (bytes: Buffer): number => {
  const framed = frameFeed(bytes, false)
  return framed.ok ? framed.feed.timestamp : 0
}

function taken(path: string, network?: Network, more: Partial<SnapshotsOptions> = {}) {
  const bytes = recordedFile(path)
  return watch(network, more)(bytes, timeOf(bytes) || 1_500_000_000)
}

const flagsOf = (trips: readonly Trip[], flag: number): number =>
  trips.reduce((sum, t) => sum + unpackStops(t.stops).filter((s) => s.flags & flag).length, 0)
const tally = (values: readonly string[]) =>
  Object.fromEntries([...new Set(values)].sort().map((v) => [v, values.filter((x) => x === v).length]))

/** A whole series through one feed: it must never be doubted, and what is told must add up to what is there. */
function series(paths: readonly string[], network?: Network, more: Partial<SnapshotsOptions> = {}) {
  const poll = watch(network, more)
  const present = new Map<string, Set<string>>()
  const wrong: unknown[] = []
  const snapshots: Snapshot[] = []
  for (const path of paths) {
    const bytes = recordedFile(path)
    const { snapshot, frames } = poll(bytes, timeOf(bytes))
    snapshots.push(snapshot)
    if (snapshot.state !== 'OK') wrong.push([path, snapshot.reason])
    for (const frame of frames) {
      const keys = frame.key ? new Set<string>() : (present.get(frame.line) ?? new Set())
      for (const key of frame.gone) keys.delete(key)
      for (const trip of frame.changed) keys.add(trip.key)
      present.set(frame.line, keys)
      if (keys.size !== frame.present) wrong.push([path, frame.line, keys.size, frame.present])
    }
  }
  return { snapshots, wrong }
}

describeRecorded('bart-2019', () => {
  it('91 trips without start_date, route or vehicle on the day of the disruption, 8 of them added', async () => {
    const { counts, trips } = taken('bart-2019/trip-updates_20190807.pb', await networkFrom('bart-2019/gtfs.zip'))
    expect([counts.trips, counts.joined, counts.rejects]).toEqual([91, 65, { UNKNOWN_ROUTE: 26 }])
    expect(trips.every((t) => t.startDate === '20190807' && t.vehicle === '')).toBe(true)
  })
})

describeRecorded('brest-2021', () => {
  it('12 alerts about lines, in a language that is not named', () => {
    const { alerts } = taken('brest-2021/bibus-brest-gtfs-rt-alerts.pb')
    expect(alerts).toHaveLength(12)
    expect(alerts.every((a) => a.scopes.length > 0 && a.scopes.every((s) => s.line && !s.stop))).toBe(true)
    expect(tally(alerts.flatMap((a) => a.headers.map((h) => h.language || 'none')))).toEqual({ none: 12 })
  })
})

describeRecorded('bullrunner-conformance', () => {
  const folder = 'bullrunner-conformance'
  const held: Readonly<Record<string, string>> = {
    '13-truncated.pb': 'FEED_NOT_PROTOBUF',
    '14-empty-file.pb': 'FEED_EMPTY',
    '06-truncated.pb': 'FEED_NOT_PROTOBUF',
    '07-empty.pb': 'FEED_EMPTY',
  }

  it.each(['conformance/bullrunner', 'conformance/bullrunner-ignoring-shapes', 'conformance/testagency2', 'conformance/timepoints', 'jar'])(
    '%s: what is undecodable on purpose is held, all else is read',
    (part) => {
      const reasons = recordedFeeds(`${folder}/${part}`).map((path) => [path.split('/').at(-1) as string, taken(path).reason] as const)
      for (const [name, reason] of reasons) expect([name, reason]).toEqual([name, held[name] ?? ''])
      expect(reasons.length).toBeGreaterThan(0)
    },
  )

  it('names the defects that the validator names', async () => {
    const network = await networkFrom(`${folder}/gtfs/bullrunner-gtfs.zip`)
    const warnings = (name: string) => {
      const { counts } = taken(`${folder}/conformance/bullrunner/${name}.pb`, network)
      return { ...counts.warnings, ...counts.rejects }
    }
    expect(Object.keys(warnings('01-empty-trip'))).toContain('NO_TRIP_ID') // W006
    expect(Object.keys(warnings('02-unknown-ids'))).toContain('UNKNOWN_ROUTE') // E003, E004
    expect(Object.keys(warnings('03-route-mismatch'))).toContain('ROUTE_MISMATCH') // E035
    expect(Object.keys(warnings('06-unsorted'))).toContain('STOPS_UNSORTED') // E002
    expect(Object.keys(warnings('09-gtfs-mismatch'))).toContain('STOP_DISAGREES_WITH_SEQUENCE') // E045
  })

  it('holds a header that goes back (E018)', () => {
    const poll = watch(undefined)
    const [before, back] = ['24-refresh-gap', '25-header-went-back'].map((n) =>
      recordedFile(`${folder}/conformance/bullrunner/${n}.pb`),
    ) as [Buffer, Buffer]
    poll(before, timeOf(before))
    expect(poll(back, timeOf(before)).reason).toBe('FEED_WENT_BACK')
  })
})

describeRecorded('bustang-2023', () => {
  it('6 trips, all of them known, on their day', async () => {
    const { counts } = taken('bustang-2023/bustang.pb', await networkFrom('bustang-2023/gtfs.zip'))
    expect([counts.entities, counts.joined, counts.unjoined, counts.rejected]).toEqual([6, 6, 0, 0])
  })
})

describeRecorded('caltrain-2023', () => {
  it('19 trips with times only, 14 vehicles on them, and a feed of alerts that has none', async () => {
    const network = await networkFrom('caltrain-2023/gtfs.zip')
    expect(taken('caltrain-2023/ct-trip-updates.pb', network).counts).toMatchObject({ trips: 19, joined: 19, rejects: {} })
    const vehicles = new Vehicles()
    expect(taken('caltrain-2023/ct-vehicle-positions.pb', network, { vehicles }).counts).toMatchObject({ vehicles: 14, vehiclesJoined: 14 })
    expect(taken('caltrain-2023/ct-service-alerts.pb', network)).toMatchObject({ reason: '', alerts: [] })
  })
})

describeRecorded('defects', () => {
  it('what cannot be decoded is held; an empty feed is no fault of a beginning, and never an all-clear', () => {
    expect(taken('defects/invalid.pb').reason).toBe('FEED_NOT_PROTOBUF')
    const poll = watch(undefined)
    const empty = recordedFile('defects/hart-trip-updates.pb')
    const at = timeOf(empty)
    const busy = transit_realtime.FeedMessage.fromObject({
      header: { gtfsRealtimeVersion: '2.0', timestamp: at - 30 },
      entity: Array.from({ length: 3 }, (_, i) => ({ id: `${i}`, tripUpdate: { trip: { tripId: `${i}`, routeId: 'r' } } })),
    })
    poll(Buffer.from(transit_realtime.FeedMessage.encode(busy).finish()), at - 30)
    expect(poll(empty, at)).toMatchObject({ reason: 'FEED_EMPTY', gone: [] })
    expect(taken('defects/hart-vehicle-positions.pb')).toMatchObject({ reason: '', counts: { entities: 0 } })
  })
})

describeRecorded('delijn-2019', () => {
  it('182 trips by stop_sequence and delay alone, under a header without a time', async () => {
    const network = await networkFrom('delijn-2019/gtfs_partial.zip')
    const bytes = recordedFile('delijn-2019/trip-updates_no_timestamp.pb')
    const { counts, snapshot } = watch(network)(bytes, Date.parse('2019-07-09T11:41:00Z') / 1000)
    expect([timeOf(bytes), snapshot.feedTime, counts.trips, counts.joined, counts.rejects]).toEqual([
      0,
      1_562_672_460,
      182,
      181,
      { DELAY_ABSURD: 1 },
    ])
    expect(counts.warnings).toMatchObject({ FEED_WITHOUT_TIME: 1 })
  })
})

describeRecorded('kingston-transit', () => {
  it('positions: most vehicles are on no trip, some reports are old, and the rest run 88 of 100 known trips', async () => {
    const network = await networkFrom('kingston-transit/static/gtfs.zip')
    const vehicles = new Vehicles()
    const paths = recordedFeeds('kingston-transit/vehicle_positions_derived').filter((_, i) => i % 10 === 0)
    const { snapshots, wrong } = series(paths, network, { vehicles })
    const sum = (of: (s: Snapshot) => number) => snapshots.reduce((total, s) => total + of(s), 0)
    const joined = sum((s) => s.counts.vehiclesJoined) / sum((s) => s.counts.vehiclesOnTrips)
    expect([wrong, joined > 0.6, sum((s) => s.counts.vehicles) > 2 * sum((s) => s.counts.vehiclesOnTrips)]).toEqual([[], true, true])
    expect(sum((s) => s.counts.warnings.VEHICLE_STALE ?? 0)).toBeGreaterThan(0)
  })
})

describeRecorded('mbta', () => {
  it('2024: 1207 trips, 39 added, 45 cancelled; 650 vehicles; 94 alerts', () => {
    const { counts, trips } = taken('mbta/2024-11-20/TripUpdates.pb')
    expect([counts.trips, tally(trips.map((t) => t.relation))]).toEqual([1207, { ADDED: 39, CANCELED: 45, SCHEDULED: 1123 }])
    expect(taken('mbta/2024-11-20/VehiclePositions.pb').counts.vehicles).toBe(650)
    expect(taken('mbta/2024-11-20/Alerts.pb').counts).toMatchObject({ alerts: 94, rejects: {} })
  })

  it('2017: 49 trips, 35 of them added; 48 vehicles; 51 alerts', () => {
    const { counts, trips } = taken('mbta/2017-12-18/tripupdates.pb')
    expect([counts.trips, tally(trips.map((t) => t.relation))]).toEqual([49, { ADDED: 35, SCHEDULED: 14 }])
    expect(taken('mbta/2017-12-18/vehiclepositions.pb').counts.vehicles).toBe(48)
    expect(taken('mbta/2017-12-18/alerts.pb').counts.alerts).toBe(51)
  })
})

describeRecorded('mta-b63-avl-2010', () => {
  it('735 trips on one line, 41,327 stop times; its traces of positions have 22 files (positions alone give no delay here)', async () => {
    const network = await networkFrom('mta-b63-avl-2010/gtfs.zip')
    const { timetable, lines } = network
    expect([lines.length, timetable.trips.ids.size, timetable.times.stop.length]).toEqual([1, 735, 41_327])
    const traces = recordedNames('mta-b63-avl-2010/traces')
    expect(traces).toHaveLength(22)
    expect(recordedFile(`mta-b63-avl-2010/traces/${traces[0]}`).toString().split('\n')[0]).toMatch(/^"?vid"?,/)
  })
})

describeRecorded('mta-bus-2026', () => {
  it('5801 trip updates of which 399 are doubles; 3018 vehicles', () => {
    const { counts, trips } = taken('mta-bus-2026/trip-updates.pb.gz')
    expect([counts.entities, trips.length, counts.warnings.DUPLICATE_TRIP]).toEqual([5801, 5402, 399])
    expect(taken('mta-bus-2026/vehicle-positions.pb.gz').counts).toMatchObject({ vehicles: 3018, rejects: {} })
  })
})

describeRecorded('nmbs-sncb-2019', () => {
  it('209 trips of a Saturday, all of them known', async () => {
    const { counts } = taken('nmbs-sncb-2019/trip-updates_20190316.pb', await networkFrom('nmbs-sncb-2019/gtfs_20190311.zip'))
    expect([counts.trips, counts.joined, counts.rejects, counts.warnings.SERVICE_NOT_ACTIVE]).toEqual([209, 209, {}, undefined])
  }, 60_000)
})

describeRecorded('nyct-subway', () => {
  const ace = (folder: string) => recordedFeeds(`nyct-subway/${folder}`)

  it('over midnight the series is never doubted, and the service day turns', () => {
    const paths = ace('ace_2024-03-19_midnight')
    const { snapshots, wrong } = series(paths)
    expect([paths.length, wrong]).toEqual([24, []])
    const days = [paths[0], paths.at(-1)].map((p) => Object.keys(tally(taken(p as string).trips.map((t) => t.startDate))))
    expect(days).toEqual([['20240319', '20240320'], expect.arrayContaining(['20240320'])])
    expect(snapshots.every((s) => s.counts.rejected === (s.counts.rejects.UNASSIGNED_TRIP_OVERDUE ?? 0))).toBe(true)
  })

  it('positions of trains that have not left are dated ahead of the feed: on no trip yet', () => {
    const [path] = ace('ace_2024-03-19_midnight')
    expect(taken(path as string).counts.warnings).toMatchObject({ VEHICLE_AHEAD_OF_FEED: 26 })
  })

  it('the short series and the L, which has delay, time and sequence', () => {
    expect(series(ace('ace_2024-03-14_midnight')).wrong).toEqual([])
    const [l] = ace('l_2024-03-22')
    const { counts, trips } = taken(l as string)
    expect([counts.entities, counts.trips, flagsOf(trips, stopFlag.hasDelay) > 200]).toEqual([23, 13, true])
  })
})

describeRecorded('septa-2023', () => {
  it('35 trips of one stop each, without routes: no line without a timetable, all counted', () => {
    expect(taken('septa-2023/septa.pbf').counts).toMatchObject({ entities: 35, trips: 35, rejects: { UNKNOWN_ROUTE: 35 } })
  })
})

describeRecorded('sofia-2025', () => {
  it('708 trips, 333 vehicles, 60 alerts', () => {
    expect(taken('sofia-2025/trip-updates.pb').counts).toMatchObject({ entities: 708, rejects: {} })
    expect(taken('sofia-2025/vehicle-positions.pb').counts).toMatchObject({ vehicles: 333, rejects: {} })
    expect(taken('sofia-2025/alerts.pb.gz').counts).toMatchObject({ alerts: 60, rejects: {} })
  })
})

const camel = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(camel)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase()), camel(v)]))
}

describeRecorded('sound-transit-link-duplicated', () => {
  const folder = 'sound-transit-link-duplicated'
  const encoded = (name: string) =>
    Buffer.from(
      transit_realtime.FeedMessage.encode(
        transit_realtime.FeedMessage.fromObject(camel(JSON.parse(recordedFile(`${folder}/${name}`).toString())) as object),
      ).finish(),
    )

  it('14 messages: every trip joins but one of May whose service and times fit no day; times that fall are counted; in August the timetable is over', async () => {
    const network = await networkFrom(`${folder}/gtfs.zip`)
    const names = recordedNames(folder).filter((n) => n.endsWith('.json'))
    const updates = names.filter((n) => !n.startsWith('vehicle'))
    const results = updates.map((name) => ({ name, ...watch(network)(encoded(name), timeOf(encoded(name))) }))
    const rejects = (name: string) => (name.startsWith('TripUpdate-') ? {} : { DELAY_ABSURD: 1 })
    expect(names).toHaveLength(14)
    expect(results.map((r) => [r.counts.unjoined, r.counts.rejects])).toEqual(updates.map((name) => [0, rejects(name)]))
    // The README names the file …_bad.json for its times; those that fall stand in these three.
    expect(results.filter((r) => r.counts.warnings.TIMES_NOT_RISING).map((r) => r.name)).toEqual([
      'TripUpdate-DUPLICATED-1690679342.json',
      'trip_update_1683740698.json',
      'trip_update_1683740798.json',
    ])
    const expired = results.filter((r) => (r.counts.warnings.SERVICE_NOT_ACTIVE ?? 0) > 5).map((r) => r.name)
    expect(expired).toEqual(['TripUpdate-DUPLICATED-Empty-1690865133.json'])
  })

  it('positions are about those trips', async () => {
    const network = await networkFrom(`${folder}/gtfs.zip`)
    for (const name of recordedNames(folder).filter((n) => n.startsWith('vehicle_position'))) {
      const { counts } = watch(network)(encoded(name), timeOf(encoded(name)))
      expect([name, counts.vehiclesJoined === counts.vehiclesOnTrips, counts.rejects]).toEqual([name, true, {}])
    }
  })
})

describeRecorded('tarc-louisville-2026', () => {
  it('265 trips with 30 skipped stops and 13 without data, 62 with times that fall; 78 vehicles', () => {
    const { counts, trips } = taken('tarc-louisville-2026/louisville-updates.pb')
    expect([counts.trips, flagsOf(trips, stopFlag.skipped), counts.warnings.TIMES_NOT_RISING]).toEqual([265, 30, 62])
    expect(flagsOf(trips, stopFlag.noData)).toBeGreaterThanOrEqual(13)
    expect(taken('tarc-louisville-2026/louisville-positions.pb').counts.vehicles).toBe(78)
  })
})
