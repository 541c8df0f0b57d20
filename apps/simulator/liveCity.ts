import { createHash } from 'node:crypto'
import type { Clock } from '#domain/ports'
import { type FeedName, type Snapshot, isDown, snapshotOf, snapshotTime } from './feeds/snapshot'
import { gtfsFiles } from './gtfs/gtfsFiles'
import { zipOf } from './gtfs/zip'
import { findCity } from './plan/cities'
import { incidentsWithin, nextIncident } from './story/story'
import type { Story } from './story/storyTime'
import { truthOf } from './story/truth'
import { type VehiclesView, vehiclesView } from './world/vehiclesView'
import { worldAt } from './world/world'

export interface Publication {
  readonly bytes: Buffer
  readonly etag: string
  /** Epoch seconds. */
  readonly at: number
}

/** The city as it is now: what its operators publish over HTTP. Nothing is remembered but what was computed a moment ago. */
export class LiveCity {
  private readonly snapshots = new Map<string, Snapshot>()
  private readonly timetables = new Map<string, Publication>()

  constructor(
    readonly story: Story,
    private readonly clock: Clock,
  ) {}

  /** undefined: no such operator. `down`: its feeds fail at the moment. */
  feed(operator: string, feed: FeedName): Snapshot | 'down' | undefined {
    const city = findCity(operator)
    const at = snapshotTime(this.clock.now())
    if (!city) return undefined
    if (isDown(city, this.story, at)) return 'down'
    const key = `${operator}/${feed}`
    let snapshot = this.snapshots.get(key)
    if (snapshot?.at !== at) this.snapshots.set(key, (snapshot = snapshotOf(city, this.story, feed, at)))
    return snapshot
  }

  /** The static GTFS; a new one is published every New Year. */
  timetable(operator: string): Publication | undefined {
    const city = findCity(operator)
    if (!city) return undefined
    const year = new Date(this.clock.now()).getUTCFullYear()
    const key = `${operator}/${year}`
    let published = this.timetables.get(key)
    if (!published) {
      const bytes = zipOf(gtfsFiles(city, this.story.seed, year))
      const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 20)}"`
      this.timetables.set(key, (published = { bytes, etag, at: Date.UTC(year, 0, 1) / 1000 }))
    }
    return published
  }

  /** For the demo page: where the vehicles are, and what is going on. */
  vehicles(operator: string): VehiclesView | undefined {
    const city = findCity(operator)
    const at = this.clock.now() / 1000
    return city && vehiclesView(worldAt(city, this.story, at), incidentsWithin(this.story, at - 25, at), nextIncident(this.story, at))
  }

  /** The planned incidents of the last hour and the next. */
  truth() {
    const at = this.clock.now() / 1000
    return truthOf(this.story, at, incidentsWithin(this.story, Math.max(this.story.startedAt, at - 3600), at + 3600))
  }
}
