import type { FeedState } from '#domain/frame'
import type { Observation } from '#domain/observation'

/** What is known about a fetched body besides its bytes. */
export interface Fetched {
  /** Epoch milliseconds: when the answer came. A replay passes the time of the recording. */
  readonly receivedAtMs: number
  /** Last-Modified, epoch milliseconds: the feed's time where its header has none. */
  readonly lastModifiedMs?: number
  /** Content-Length of a body that was sent as it is (not gzip): a feed cut exactly between two entities reads without error. */
  readonly contentLength?: number
}

/** What one snapshot amounted to. Its observations are in order: frames, alerts, then exactly one tick. */
export interface Snapshot {
  readonly observations: readonly Observation[]
  readonly state: FeedState
  /** Empty when the state is OK. */
  readonly reason: FeedReason | ''
  /** Whether the bytes became the feed's state (a snapshot that is held, or equal to the last one, did not). */
  readonly believed: boolean
  /** Epoch seconds. */
  readonly feedTime: number
  readonly counts: Counts
}

/** Why a snapshot was not believed, or the feed is not ok. */
export type FeedReason =
  | 'FEED_EMPTY'
  | 'FEED_NOT_PROTOBUF'
  | 'FEED_TRUNCATED'
  | 'FEED_SHRANK'
  | 'FEED_SPOILED'
  | 'FEED_CLOCK'
  | 'FEED_WENT_BACK'
  | 'FEED_TOO_LARGE'
  | 'FEED_MODE_FLIPPED'
  | 'FEED_STALE'
  | 'FEED_UNREACHABLE'
  | 'FEED_TIMEOUT'
  | 'FEED_REFUSED'
  | 'FEED_FORBIDDEN_URL'

/** Of the last believed snapshot, and what changed in this one. */
export interface Counts {
  readonly entities: number
  /** Runs of trips in the snapshot: joined + unjoined + rejected. */
  readonly trips: number
  readonly joined: number
  /** Trip unknown to the timetable, line known. */
  readonly unjoined: number
  readonly rejected: number
  readonly vehicles: number
  /** Vehicles that carry a trip, and those of them whose trip is in the timetable. */
  readonly vehiclesOnTrips: number
  readonly vehiclesJoined: number
  readonly alerts: number
  readonly changed: number
  readonly gone: number
  /** By reason, over what the snapshot holds: a trip or an alert is counted under one reason. */
  readonly rejects: Readonly<Record<string, number>>
  /** Defects that were survived, by reason, over the trips decoded in this snapshot (those that changed). */
  readonly warnings: Readonly<Record<string, number>>
}
