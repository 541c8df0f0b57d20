import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { transit_realtime as rt } from 'gtfs-realtime-bindings'
import { feedVersion } from '../gtfs/gtfsFiles'
import type { City } from '../plan/plan'
import { isActive } from '../story/incident'
import { incidentsWithin } from '../story/story'
import type { Story } from '../story/storyTime'
import { worldAt } from '../world/world'
import { alerts } from './alerts'
import { tripUpdates } from './tripUpdates'
import { vehiclePositions } from './vehiclePositions'

const contents = { 'trip-updates': tripUpdates, 'vehicle-positions': vehiclePositions, alerts } as const
export type FeedName = keyof typeof contents
export const feedNames = Object.keys(contents) as FeedName[]

export interface Snapshot {
  readonly bytes: Buffer
  readonly gzip: Buffer
  readonly etag: string
  /** Epoch seconds, the header's timestamp. */
  readonly at: number
}

/** A feed changes this often; all that is asked in between gets the same bytes. */
const everySeconds = 2

export const snapshotTime = (nowMs: number): number => Math.floor(nowMs / 1000 / everySeconds) * everySeconds

/** The bytes of a feed at an instant, by the story alone. */
export function feedBytes(city: City, story: Story, feed: FeedName, at: number): Buffer {
  const header = {
    gtfsRealtimeVersion: '2.0',
    incrementality: rt.FeedHeader.Incrementality.FULL_DATASET,
    timestamp: at,
    feedVersion: feedVersion(city, story.seed, new Date(at * 1000).getUTCFullYear()),
  }
  return Buffer.from(rt.FeedMessage.encode({ header, entity: contents[feed](worldAt(city, story, at)) }).finish())
}

export function snapshotOf(city: City, story: Story, feed: FeedName, at: number): Snapshot {
  const bytes = feedBytes(city, story, feed, at)
  return { bytes, gzip: gzipSync(bytes, { level: 1 }), etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 20)}"`, at }
}

/** Whether the operator's feeds fail at an instant. */
export const isDown = (city: City, story: Story, at: number): boolean =>
  incidentsWithin(story, at, at).some((i) => i.kind === 'OUTAGE' && i.operator === city.operator && isActive(i, at))
