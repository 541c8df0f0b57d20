import type { FramedFeed } from './frameFeed'
import type { AlertOutcome } from './alerts'
import { readAlert } from './alerts'
import { AlertCache } from './alertStates'
import type { Tally } from './counts'
import type { LineBook } from './lineBook'
import { type TripState, readTrip } from './tripState'

/** In a DIFFERENTIAL feed, a trip that was not sent again for so long is dropped: nothing else would ever remove it. */
const differentialTtlSeconds = 1800
/** A run whose day was inferred is looked at again this long after its end: the next day's run may look the same. */
const inferAgainSeconds = 7200

/** Trip updates by what identifies them: the descriptor in a whole dataset, the entity id in a DIFFERENTIAL feed. */
export class TripStates {
  private states = new Map<string, TripState>()

  all(): Iterable<TripState> {
    return this.states.values()
  }

  clear(): void {
    this.states = new Map()
  }

  /** A whole dataset replaces what was there; a DIFFERENTIAL one adds, changes and deletes. Unchanged bytes keep their decoded state. */
  apply(book: LineBook, bytes: Buffer, feed: FramedFeed, feedTime: number, vehicleOf: (key: string) => string, tally: Tally): void {
    const next = feed.differential ? this.kept(feed, feedTime) : new Map<string, TripState>()
    for (const framed of feed.trips) {
      const key = feed.differential ? framed.id : framed.wireKey
      const rival = feed.differential ? undefined : next.get(key)
      if (rival) tally.warn('DUPLICATE_TRIP')
      tally.nextTrip()
      if (rival && rival.timestamp > framed.timestamp) continue
      const known = this.states.get(key)
      if (known && sameBytes(known, bytes, framed.start, framed.end) && !dueAgain(known, feedTime)) {
        next.set(key, moved(known, bytes, framed, feedTime))
      } else next.set(key, readTrip(book, bytes, framed, feedTime, vehicleOf, tally.warn))
    }
    this.states = next
  }

  private kept(feed: FramedFeed, feedTime: number): Map<string, TripState> {
    const kept = new Map([...this.states].filter(([, state]) => feedTime - state.seen <= differentialTtlSeconds))
    for (const id of feed.deleted) kept.delete(id)
    return kept
  }
}

/** The same trip in the new body. In place: most trips of most snapshots come this way. */
function moved(known: TripState, bytes: Buffer, { start, end, timestamp }: FramedFeed['trips'][number], feedTime: number): TripState {
  known.bytes = bytes
  known.start = start
  known.end = end
  known.timestamp = timestamp
  known.seen = feedTime
  return known
}

const sameBytes = (known: TripState, bytes: Buffer, start: number, end: number): boolean =>
  end - start === known.end - known.start && bytes.compare(known.bytes, known.start, known.end, start, end) === 0

const dueAgain = ({ inferred, outcome }: TripState, feedTime: number): boolean =>
  inferred && (outcome.kind !== 'trip' || outcome.trip.end === 0 || feedTime > outcome.trip.end + inferAgainSeconds)

/** The same for alerts, whose decoding is remembered by their bytes. */
export class AlertOutcomes {
  private readonly cache = new AlertCache()
  private outcomes: { entity: string; outcome: AlertOutcome }[] = []

  all(): readonly { entity: string; outcome: AlertOutcome }[] {
    return this.outcomes
  }

  clear(): void {
    this.cache.clear()
  }

  apply(book: LineBook, bytes: Buffer, feed: FramedFeed): void {
    const fresh = feed.alerts.map(({ id, start, end }) => ({
      entity: id,
      outcome: this.cache.read(bytes.subarray(start, end), (alert) => readAlert(book, alert)),
    }))
    this.cache.turn()
    this.outcomes = feed.differential ? merged(this.outcomes, fresh, feed.deleted) : fresh
  }
}

function merged<T extends { entity: string }>(before: readonly T[], fresh: readonly T[], deleted: readonly string[]): T[] {
  const replaced = new Set([...deleted, ...fresh.map((a) => a.entity)])
  return [...before.filter((a) => !replaced.has(a.entity)), ...fresh]
}
