/** What ingest writes for a line that changed in a snapshot (topic `observations`). Absence of a trip means: no realtime known. */
export interface Frame {
  readonly operator: string
  readonly feed: string
  /** Of the poller's lease: frames of an older epoch are dropped. */
  readonly epoch: number
  /** Number of the snapshot within the feed; frames of a snapshot come before its tick and carry the same number. */
  readonly seq: number
  /** Epoch seconds, from the feed's header. */
  readonly feedTime: number
  readonly line: string
  /** Version of the timetable whose stop table the packed stops point into. */
  readonly timetable: string
  /** True: `changed` is the whole line (start, timetable swap, every ten minutes). */
  readonly key: boolean
  /** How many trips of the line the snapshot holds. */
  readonly present: number
  readonly changed: readonly Trip[]
  /** Keys of trips that are no longer in the snapshot. */
  readonly gone: readonly string[]
}

export interface Trip {
  /** trip_id, start_date and, for frequency trips, start_time: one run of a trip. */
  readonly key: string
  readonly tripId: string
  /** Service day YYYYMMDD. */
  readonly startDate: string
  /** 0, 1, or 2 when unknown. */
  readonly direction: number
  readonly towards: string
  readonly relation: TripRelation
  /** Whether it was found in the timetable. */
  readonly joined: boolean
  /** Vehicle id, or empty. */
  readonly vehicle: string
  /** Epoch seconds by the timetable: departure at the first, arrival at the last stop; 0 when unknown. */
  readonly start: number
  readonly end: number
  /** See packedStops.ts. */
  readonly stops: Uint8Array
}

export const tripRelations = ['SCHEDULED', 'ADDED', 'UNSCHEDULED', 'CANCELED', 'REPLACEMENT', 'DUPLICATED', 'NEW'] as const
export type TripRelation = (typeof tripRelations)[number]

/** One for every snapshot and feed, even when nothing changed: detection counts feeds and time by ticks only. */
export interface Tick {
  readonly operator: string
  readonly feed: string
  readonly epoch: number
  readonly seq: number
  /** Epoch seconds. */
  readonly feedTime: number
  readonly state: FeedState
  /** A named reason when the state is not ok, e.g. FEED_SHRANK. */
  readonly reason: string
}

/** ok: believe it. held: the snapshot was not believed, the last state stays. stale: no news. down: no answer. */
export const feedStates = ['OK', 'HELD', 'STALE', 'DOWN'] as const
export type FeedState = (typeof feedStates)[number]
