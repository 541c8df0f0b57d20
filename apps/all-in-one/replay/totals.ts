import type { Counts, Snapshot } from '#gtfs/snapshot'

/** What all snapshots together amounted to. */
export interface Totals {
  readonly snapshots: number
  /** Not believed or not ok, by reason. */
  readonly notOk: Readonly<Record<string, number>>
  /** Sums over the snapshots that were believed. */
  readonly entities: number
  readonly trips: number
  readonly joined: number
  readonly vehicles: number
  readonly vehiclesOnTrips: number
  readonly vehiclesJoined: number
  readonly alerts: number
  readonly rejects: Readonly<Record<string, number>>
  readonly warnings: Readonly<Record<string, number>>
  /** Header times, epoch seconds; 0 when there was no snapshot. */
  readonly first: number
  readonly last: number
  /** Longer than three minutes within the recording. */
  readonly gaps: number
}

export const emptyTotals: Totals = {
  snapshots: 0,
  notOk: {},
  entities: 0,
  trips: 0,
  joined: 0,
  vehicles: 0,
  vehiclesOnTrips: 0,
  vehiclesJoined: 0,
  alerts: 0,
  rejects: {},
  warnings: {},
  first: 0,
  last: 0,
  gaps: 0,
}

const summed = ['entities', 'trips', 'joined', 'vehicles', 'vehiclesOnTrips', 'vehiclesJoined', 'alerts'] as const
const gapSeconds = 180

export function withSnapshot(t: Totals, snapshot: Snapshot, time: number): Totals {
  const moved = {
    snapshots: t.snapshots + 1,
    notOk: snapshot.reason ? added(t.notOk, { [snapshot.reason]: 1 }) : t.notOk,
    first: t.first || time,
    last: time,
    gaps: t.gaps + (t.last > 0 && time - t.last > gapSeconds ? 1 : 0),
  }
  return { ...t, ...moved, ...(snapshot.believed && counted(t, snapshot.counts)) }
}

const counted = (t: Totals, counts: Counts) => ({
  ...Object.fromEntries(summed.map((name) => [name, t[name] + counts[name]])),
  rejects: added(t.rejects, counts.rejects),
  warnings: added(t.warnings, counts.warnings),
})

function added(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
  return Object.fromEntries(names.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]))
}
