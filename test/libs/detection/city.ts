import type { Change } from '#detection/situation'
import { OperatorDetector } from '#detection/detector'
import { type DetectorSettings, defaultDetection } from '#detection/settings'
import type { Disruption } from '#domain/disruption'
import type { FeedState, Trip } from '#domain/frame'
import type { Line } from '#domain/line'
import type { Observation, OperatorAlert } from '#domain/observation'
import { packStops, stopFlag } from '#domain/packedStops'

/** A line of six stops in two directions, two minutes apart, as a feed would show it. */
export const start = 1_768_590_000
export const settings: DetectorSettings = { operator: 'lindenau', detection: defaultDetection, policy: { default: 'auto' } }
export const withPolicy = (policy: DetectorSettings['policy']): DetectorSettings => ({ ...settings, policy })

export const line = (id = 'tram-3'): Line => ({
  operator: 'lindenau',
  id,
  name: id.split('-')[1] ?? id,
  mode: 'TRAM',
  color: '',
  textColor: '',
  routes: [id],
  stops: Array.from({ length: 6 }, (_, i) => ({ id: `s${i}`, name: `Stop ${i}`, lat: 0, lon: 0 })),
  directions: [
    { id: 0, towards: 'Nord', order: [0, 1, 2, 3, 4, 5] },
    { id: 1, towards: 'Süd', order: [5, 4, 3, 2, 1, 0] },
  ],
  neighbours: [],
  hours: 0,
  timetable: 't1',
})

export interface TripSpec {
  readonly key: string
  /** Seconds, the same at every stop. */
  readonly delay?: number
  readonly direction?: number
  /** Departure at the first stop; an hour before `start` with stops half an hour apart, so that it runs throughout a test. */
  readonly departs?: number
  readonly joined?: boolean
  readonly relation?: Trip['relation']
}

const every = 1800

export function trip({ key, delay = 0, direction = 0, departs = start - 3600, joined = true, relation = 'SCHEDULED' }: TripSpec): Trip {
  const order = direction === 1 ? [5, 4, 3, 2, 1, 0] : [0, 1, 2, 3, 4, 5]
  const stops = packStops(order.map((stop, i) => ({ stop, flags: stopFlag.hasDelay, scheduled: departs + i * every, delay })))
  const towards = direction === 1 ? 'Süd' : 'Nord'
  return {
    key,
    tripId: key,
    startDate: '20260116',
    direction,
    towards,
    relation,
    joined,
    vehicle: '',
    start: departs,
    end: departs + 5 * every,
    stops,
  }
}

export interface SnapshotSpec {
  readonly seq: number
  readonly at: number
  /** By line: all its trips. */
  readonly lines: Readonly<Record<string, readonly TripSpec[]>>
  readonly state?: FeedState
  readonly epoch?: number
  readonly alerts?: readonly OperatorAlert[]
}

/** The observations of a snapshot with whole lines (key frames), then its tick. */
export function snapshot({ seq, at, lines, state = 'OK', epoch = 1, alerts = [] }: SnapshotSpec): Observation[] {
  const head = { operator: 'lindenau', feed: 'trips', epoch, seq, feedTime: at }
  const frames = Object.entries(lines).map(([id, trips]): Observation => {
    const frame = { ...head, line: id, timetable: 't1', key: true, present: trips.length, changed: trips.map(trip), gone: [] }
    return { kind: 'frame', frame }
  })
  const told = alerts.map((alert): Observation => ({ kind: 'alert', alert: { ...alert, epoch, seq, feedTime: at } }))
  return [
    ...(state === 'OK' ? [...frames, ...told] : []),
    { kind: 'tick', tick: { ...head, state, reason: state === 'OK' ? '' : 'FEED_SHRANK' } },
  ]
}

/** Snapshots of one line, 30 seconds apart. */
export const series = (of: readonly (readonly TripSpec[])[], from = 1): Observation[] =>
  of.flatMap((trips, i) => snapshot({ seq: from + i, at: start + (from + i) * 30, lines: { 'tram-3': trips } }))

export function run(observations: readonly Observation[], detector = newDetector()): Change[] {
  return observations.flatMap((o) => [...detector.apply(o).changes])
}

export const newDetector = (of = settings) => new OperatorDetector(of, (id) => line(id))

/** The topic after these changes: the newest record of each disruption. */
export function topicAfter(changes: readonly Change[]): Disruption[] {
  const topic = new Map<string, Disruption>()
  for (const { kind, disruption } of changes) {
    if (kind === 'put') topic.set(disruption.id, disruption)
    else topic.delete(disruption.id)
  }
  return [...topic.values()]
}

export const late = (n: number, delay: number, direction = 0): TripSpec[] =>
  Array.from({ length: n }, (_, i) => ({ key: `late${i}`, delay, direction }))
export const onTime = (n: number, direction = 0): TripSpec[] =>
  Array.from({ length: n }, (_, i) => ({ key: `fine${i}`, delay: 0, direction }))
export const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value)
