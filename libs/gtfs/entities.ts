import type { Scope } from '#domain/disruption'
import { AlertCache } from './alertStates'
import { type AlertOutcome, readAlert } from './alerts'
import type { Tally } from './counts'
import type { FramedFeed, FramedTrip } from './frameFeed'
import type { LineBook } from './lineBook'
import { type Reading, type TripState, isStale, readTrip } from './tripState'

/** In a DIFFERENTIAL feed, a trip that was not sent again for so long is dropped: nothing else would ever remove it. */
const differentialTtlSeconds = 1800
/** An alert says itself until when it holds; silence for a day means that its end was missed. */
const alertTtlSeconds = 86_400
/** A DIFFERENTIAL feed that shows new entities for ever must not fill the memory. */
const maxKept = 200_000

type States = ReadonlyMap<string, TripState>

/** Trip updates by what identifies them: the descriptor in a whole dataset, the entity id in a DIFFERENTIAL feed. */
export class TripStates {
  private states: States = new Map()

  all(): Iterable<TripState> {
    return this.states.values()
  }

  clear(): void {
    this.states = new Map()
  }

  /** The same bytes mean something else: another timetable, other detours. */
  readAgain(): void {
    for (const state of this.states.values()) state.again = -1
  }

  keep(states: States): void {
    this.states = states
  }

  /**
   * What becomes of the states with this snapshot (`keep` makes it so): a whole dataset replaces what was there; a DIFFERENTIAL one adds, changes
   * and deletes. Unchanged bytes keep their decoded state.
   */
  next(reading: Reading, bytes: Buffer, feed: FramedFeed, tally: Tally): States {
    const { feedTime } = reading
    const next = feed.differential ? this.kept(reading, feed) : new Map<string, TripState>()
    for (const framed of feed.trips) {
      const key = feed.differential ? framed.id : framed.wireKey
      const rival = feed.differential ? undefined : next.get(key)
      if (rival) tally.warn('DUPLICATE_TRIP')
      tally.nextTrip()
      if (rival && rival.timestamp > framed.timestamp) continue
      const known = this.states.get(key)
      if (known && sameBytes(known, bytes, framed.start, framed.end) && !dueAgain(known, framed, feedTime)) {
        next.set(key, moved(known, bytes, framed, feedTime))
      } else if (next.size < maxKept) next.set(key, readTrip(reading, bytes, framed))
      else tally.reject('TOO_MANY_TRIPS')
    }
    return next
  }

  /** How many trips that could be used so far this snapshot says in a way that cannot: told by the same entity, or by the same descriptor. */
  spoiledBy(next: States): number {
    let spoiled = 0
    for (const [key, { outcome }] of next) {
      if (outcome.kind === 'reject' && usable(this.states.get(key))) spoiled++
    }
    return spoiled
  }

  private kept(reading: Reading, feed: FramedFeed): Map<string, TripState> {
    const { feedTime } = reading
    const kept = new Map([...this.states].filter(([, state]) => feedTime - state.seen <= differentialTtlSeconds))
    for (const id of feed.deleted) kept.delete(id)
    for (const [id, state] of kept) if (feedTime > state.again) kept.set(id, readOld(reading, id, state))
    return kept
  }
}

/** From the body that told it last. */
const readOld = (reading: Reading, id: string, state: TripState): TripState => ({
  ...readTrip(reading, state.bytes, { ...state, id, wireKey: '' }),
  seen: state.seen,
})

const usable = (state: TripState | undefined): boolean => state !== undefined && state.outcome.kind !== 'reject'

/** The same trip in the new body. In place: most trips of most snapshots come this way. */
function moved(known: TripState, bytes: Buffer, { start, end, from, to, timestamp }: FramedTrip, feedTime: number): TripState {
  known.bytes = bytes
  known.start = start
  known.end = end
  known.from = from
  known.to = to
  known.timestamp = timestamp
  known.seen = feedTime
  return known
}

const sameBytes = (known: TripState, bytes: Buffer, start: number, end: number): boolean =>
  end - start === known.end - known.start && bytes.compare(known.bytes, known.start, known.end, start, end) === 0

const dueAgain = (known: TripState, framed: FramedTrip, feedTime: number): boolean =>
  feedTime > known.again || isStale(framed.timestamp, feedTime) !== known.stale

export interface SeenAlert {
  readonly entity: string
  readonly outcome: AlertOutcome
  readonly seen: number
}

/** The same for alerts, whose decoding is remembered by their bytes. */
export class AlertOutcomes {
  private readonly cache = new AlertCache()
  private outcomes: readonly SeenAlert[] = []

  all(): readonly SeenAlert[] {
    return this.outcomes
  }

  /** What was decoded is forgotten; which alerts a DIFFERENTIAL feed holds is not. */
  clear(): void {
    this.cache.clear()
  }

  keep(outcomes: readonly SeenAlert[]): void {
    this.cache.turn()
    this.outcomes = outcomes
  }

  /** `detoured`: stops that a detour of the feed leaves out, by the id of the alert that tells of it. */
  next(
    book: LineBook,
    bytes: Buffer,
    feed: FramedFeed,
    feedTime: number,
    detoured: ReadonlyMap<string, readonly Scope[]>,
  ): readonly SeenAlert[] {
    const fresh = feed.alerts.map(({ id, start, end }) => ({
      entity: id,
      seen: feedTime,
      outcome: this.cache.read(bytes.subarray(start, end), (alert) => readAlert(book, alert, detoured.get(id) ?? [])),
    }))
    return feed.differential ? merged(this.outcomes, fresh, feed.deleted, feedTime) : fresh
  }
}

function merged(before: readonly SeenAlert[], fresh: readonly SeenAlert[], deleted: readonly string[], feedTime: number): SeenAlert[] {
  const replaced = new Set([...deleted, ...fresh.map((a) => a.entity)])
  const kept = before.filter((a) => !replaced.has(a.entity) && feedTime - a.seen <= alertTtlSeconds)
  return [...kept, ...fresh].slice(-maxKept)
}
