import type { Snapshot } from '#gtfs/snapshot'
import { defectsSurvived, entitiesPresent, feedAge, rejectsPresent, snapshotsTaken, tripsChanged } from './metrics'

/** Counts what a snapshot amounted to. */
export function observe(operator: string, feed: string, snapshot: Snapshot, nowMs: number): void {
  const of = { operator, feed }
  snapshotsTaken.inc({ ...of, state: snapshot.state, reason: snapshot.reason })
  if (snapshot.feedTime > 0) feedAge.set(of, Math.max(0, nowMs / 1000 - snapshot.feedTime))
  if (!snapshot.believed) return
  const { counts } = snapshot
  for (const kind of ['joined', 'unjoined', 'rejected', 'vehicles', 'alerts'] as const) entitiesPresent.set({ ...of, kind }, counts[kind])
  rejectsPresent.remove(of)
  for (const [reason, count] of Object.entries(counts.rejects)) rejectsPresent.set({ ...of, reason }, count)
  for (const [reason, count] of Object.entries(counts.warnings)) defectsSurvived.inc({ ...of, reason }, count)
  tripsChanged.inc(of, counts.changed + counts.gone)
}
