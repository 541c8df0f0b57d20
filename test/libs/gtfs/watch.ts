import type { Frame, Trip } from '#domain/frame'
import type { OperatorAlert } from '#domain/observation'
import { stopFlag, unpackStops } from '#domain/packedStops'
import type { Network } from '#gtfs/network'
import type { Fetched, Snapshot } from '#gtfs/snapshot'
import { Snapshots, type SnapshotsOptions } from '#gtfs/snapshots'

/** 16 January 2026, a Friday, 9:50 in Berlin: tram t1 of the small town leaves A at 10:00. */
export const now = Date.parse('2026-01-16T08:50:00Z') / 1000
export const departure = now + 600

/** One feed of the small town, polled by a test. */
export function watch(network: Network | undefined, more: Partial<SnapshotsOptions> = {}) {
  const snapshots = new Snapshots({ operator: 'st', feed: 'f', epoch: 1, network, staleAfterMs: 1e12, ...more })
  return (body: Buffer, atSeconds = now, fetched: Partial<Fetched> = {}) => {
    const snapshot = snapshots.take(body, { receivedAtMs: atSeconds * 1000, ...fetched })
    return { ...read(snapshot), snapshots }
  }
}

export function read(snapshot: Snapshot) {
  const frames = snapshot.observations.flatMap((o): Frame[] => (o.kind === 'frame' ? [o.frame] : []))
  const alerts = snapshot.observations.flatMap((o): OperatorAlert[] => (o.kind === 'alert' ? [o.alert] : []))
  const trips = frames.flatMap((f): readonly Trip[] => f.changed)
  return { snapshot, frames, alerts, trips, gone: frames.flatMap((f) => f.gone), counts: snapshot.counts, reason: snapshot.reason }
}

/** A stop as a word: id and delay, `?` unknown, `x` skipped, `-` no data. */
export function told(network: Network, trip: Trip | undefined, line = 'tram-3'): string {
  const stops = network.lines.find((l) => l.id === line)?.stops ?? []
  const words = unpackStops(trip?.stops ?? new Uint8Array()).map(({ stop, flags, delay }) => {
    const word = flags & stopFlag.skipped ? 'x' : flags & stopFlag.noData ? '-' : flags & stopFlag.hasDelay ? String(delay) : '?'
    return `${stops[stop]?.id}${word}`
  })
  return words.join(' ')
}
