import { OperatorDetector } from '#detection/detector'
import { defaultDetection } from '#detection/settings'
import type { Change } from '#detection/situation'
import type { Disruption } from '#domain/disruption'
import type { Line } from '#domain/line'
import type { Network } from '#gtfs/network'
import type { Snapshot } from '#gtfs/snapshot'
import { Snapshots } from '#gtfs/snapshots'
import { Vehicles } from '#gtfs/vehicles'
import { type RecordedSnapshot, readSnapshot } from './recording'
import { KnownLines } from './knownLines'
import { type Totals, emptyTotals, withSnapshot } from './totals'

export const replayOperator = 'replay'

export interface Played {
  /** Newest records, in the order of opening; suspicions that dissolved are not among them. */
  readonly disruptions: readonly Disruption[]
  readonly dissolved: number
  readonly totals: Totals
  readonly lineOf: (id: string) => Line | undefined
}

/** Plays snapshots, one after the other, through the same functions as ingest and detect do; the only time is the feeds'. */
export function play(snapshots: readonly RecordedSnapshot[], network: Network | undefined): Played {
  const feeds = new Map<string, Snapshots>()
  const vehicles = new Vehicles()
  const lines = new KnownLines(network)
  const policy = { default: 'auto' } as const
  const detector = new OperatorDetector({ operator: replayOperator, detection: defaultDetection, policy }, lines.find)
  const kept = new Map<string, Disruption>()
  let totals = emptyTotals
  let dissolved = 0
  for (const recorded of snapshots) {
    const feed = feeds.get(recorded.feed) ?? newFeed(recorded.feed, network, vehicles)
    feeds.set(recorded.feed, feed)
    const snapshot = feed.take(readSnapshot(recorded.path), { receivedAtMs: recorded.time * 1000, lastModifiedMs: recorded.time * 1000 })
    if (!network) lines.refresh(feeds.values())
    totals = withSnapshot(totals, snapshot, recorded.time)
    for (const change of changesOf(detector, snapshot)) dissolved += keep(kept, change)
  }
  const disruptions = [...kept.values()].filter((d) => d.state !== 'SUSPECTED').sort(byOpening)
  return { disruptions, dissolved, totals, lineOf: lines.find }
}

const newFeed = (feed: string, network: Network | undefined, vehicles: Vehicles): Snapshots =>
  new Snapshots({ operator: replayOperator, feed, epoch: 1, network, vehicles })

const changesOf = (detector: OperatorDetector, snapshot: Snapshot): Change[] =>
  snapshot.observations.flatMap((o) => [...detector.apply(o).changes])

/** 1 when a suspicion dissolved. */
function keep(kept: Map<string, Disruption>, { kind, disruption }: Change): number {
  if (kind === 'put') kept.set(disruption.id, disruption)
  else kept.delete(disruption.id)
  return kind === 'erase' ? 1 : 0
}

const byOpening = (a: Disruption, b: Disruption): number => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1)
