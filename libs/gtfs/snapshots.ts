import type { FeedState, Frame } from '#domain/frame'
import type { Line } from '#domain/line'
import type { Observation } from '#domain/observation'
import { type AlertState, compareAlerts } from './alertStates'
import { type Held, lossReason, openBody, timeReason } from './believe'
import { Tally } from './counts'
import { Doubt } from './doubt'
import { AlertOutcomes, TripStates } from './entities'
import type { FramedFeed } from './frameFeed'
import { type Placed, byLine, compareRuns, keySlot, runsOf } from './frames'
import { type LineBook, feedBook, networkBook } from './lineBook'
import type { Network } from './network'
import type { Counts, FeedReason, Fetched, Snapshot } from './snapshot'
import type { TripIdRule } from './tripIds'
import { vehiclesByTrip } from './vehiclePositions'
import { Vehicles } from './vehicles'

export interface SnapshotsOptions {
  readonly operator: string
  readonly feed: string
  /** Of the poller's lease; a replay passes 1. */
  readonly epoch: number
  /** networkOf(operator, timetable); undefined: no timetable, see feedBook in lineBook.ts for what cannot be known then. */
  readonly network?: Network
  /** How this feed's trip ids differ from the timetable's; undefined: they do not. */
  readonly tripIds?: TripIdRule
  /** Lines that the feed has shown trips of before (shownLines of an earlier process). */
  readonly shown?: readonly string[]
  /** Shared by the feeds of an operator, so that a trip of one feed gets its vehicle from another. */
  readonly vehicles?: Vehicles
  /** Bodies above are held as FEED_TOO_LARGE; 64 MiB unless said otherwise. */
  readonly maxBytes?: number
  /** Older than this by its header, the feed is STALE; 5 minutes unless said otherwise. */
  readonly staleAfterMs?: number
}

/**
 * One feed's state: bytes in, observations out. No I/O and no clock: the same bytes and times give the same observations. A snapshot that
 * cannot be believed changes nothing but the tick (HELD and the reason), so that no trip is ever gone because a body was cut.
 */
export class Snapshots {
  private book: LineBook
  private epoch: number
  private seq = 0
  private readonly vehicles: Vehicles
  private readonly trips = new TripStates()
  private readonly alertOutcomes = new AlertOutcomes()
  private readonly doubt = new Doubt()
  private runs: ReadonlyMap<string, Placed> = new Map()
  private alerts: ReadonlyMap<string, AlertState> = new Map()
  private body: Buffer | undefined
  private held: Held | undefined
  private differential: boolean | undefined
  private feedTime = 0
  private timed = true
  private counts: Counts = new Tally().done()
  /** Everything has to be told again: at the start, with another timetable or epoch. */
  private afresh = true
  private readonly shown: Set<string>
  private readonly slots = new Map<number, number>()

  constructor(private readonly options: SnapshotsOptions) {
    this.book = this.bookOf(options.network)
    this.epoch = options.epoch
    this.vehicles = options.vehicles ?? new Vehicles()
    this.shown = new Set(options.shown)
  }

  /** A fetched body, gzip or not. Never throws. */
  take(body: Uint8Array, fetched: Fetched): Snapshot {
    const limits = { maxBytes: this.options.maxBytes ?? 64 * 2 ** 20 }
    const same = this.body !== undefined && this.body.equals(body)
    if (same && !this.afresh) return this.unchanged(fetched.receivedAtMs)
    const opened = openBody(body, fetched, limits, this.differential !== false)
    if (!opened.ok) return this.hold(opened.reason)
    const { feed, bytes } = opened
    const feedTime = feed.timestamp || Math.floor((fetched.lastModifiedMs ?? fetched.receivedAtMs) / 1000)
    const late = timeReason(feedTime, this.feedTime, fetched.receivedAtMs)
    if (late) return this.hold(late)
    const loss = same ? undefined : this.lossOf(feed)
    if (loss && this.doubt.holds(loss, fetched.receivedAtMs)) return this.hold(loss)
    this.doubt.clear()
    if (this.differential !== feed.differential) return this.flip(body, fetched, feed)
    this.body = Buffer.from(body.buffer, body.byteOffset, body.length)
    this.timed = feed.timestamp > 0
    return this.believe(bytes, feed, feedTime, fetched.receivedAtMs)
  }

  /** The answer was 304 or the same bytes: the last state again. */
  unchanged(receivedAtMs: number): Snapshot {
    if (this.afresh && this.body)
      return this.take(this.body, { receivedAtMs, lastModifiedMs: this.timed ? undefined : this.feedTime * 1000 })
    this.doubt.clear()
    return this.ended([], this.stateAt(receivedAtMs), false)
  }

  /** No answer: a tick DOWN (or the state given) with the reason. Feed time stands still. */
  failed(reason: FeedReason, state: FeedState = 'DOWN'): Snapshot {
    return this.ended([], [state, reason], false)
  }

  /** Another timetable: with the next snapshot whole lines come again, as key frames that point into the new tables. */
  swap(network: Network | undefined): void {
    this.book = this.bookOf(network)
    this.trips.clear()
    this.alertOutcomes.clear()
    this.runs = new Map()
    this.startAfresh()
  }

  /** Another lease: everything comes again with the new epoch, numbered from 1. */
  restart(epoch: number): void {
    this.epoch = epoch
    this.seq = 0
    this.startAfresh()
  }

  get currentEpoch(): number {
    return this.epoch
  }

  /** The lines that frames refer to: of the timetable, or, without one, what the feed has shown so far. */
  lines(): readonly Line[] {
    return this.book.lines()
  }

  /** Ids of the lines that this feed has shown trips of, for the next process. */
  shownLines(): readonly string[] {
    return [...this.shown]
  }

  private bookOf(network: Network | undefined): LineBook {
    return network ? networkBook(network, this.options.tripIds) : feedBook(this.options.operator)
  }

  private startAfresh(): void {
    this.afresh = true
    this.slots.clear()
  }

  private lossOf(feed: FramedFeed): FeedReason | undefined {
    if (this.differential === undefined) return undefined
    if (feed.differential !== this.differential) return 'FEED_MODE_FLIPPED'
    return feed.differential ? undefined : lossReason(this.held, heldBy(feed))
  }

  /** The first snapshot tells which kind of feed it is; a change that has lasted begins anew, framed again with the ids that kind needs. */
  private flip(body: Uint8Array, fetched: Fetched, feed: FramedFeed): Snapshot {
    if (this.differential !== undefined) this.trips.clear()
    this.differential = feed.differential
    this.held = undefined
    return this.take(body, fetched)
  }

  private believe(bytes: Buffer, feed: FramedFeed, feedTime: number, receivedAtMs: number): Snapshot {
    const tally = new Tally()
    this.feedTime = feedTime
    this.held = feed.differential ? undefined : heldBy(feed)
    this.seeVehicles(bytes, feed, tally)
    this.trips.apply(this.book, bytes, feed, feedTime, (key) => this.vehicles.of(key), tally)
    const frames = this.frames(tally)
    const alerts = this.alertObservations(bytes, feed, tally)
    tally.numbers.entities = feed.entities
    this.counts = tally.done()
    this.afresh = false
    return this.ended([...frames, ...alerts], this.stateAt(receivedAtMs), true)
  }

  private seeVehicles(bytes: Buffer, feed: FramedFeed, tally: Tally): void {
    tally.numbers.vehicles = feed.vehicles.length
    if (feed.vehicles.length > 0 || !feed.differential) {
      this.vehicles.replace(this.options.feed, vehiclesByTrip(this.book, bytes, feed.vehicles, this.feedTime, tally))
    }
  }

  private frames(tally: Tally): Observation[] {
    this.count(tally)
    const now = runsOf(this.trips.all(), () => {
      tally.nextTrip()
      tally.warn('DUPLICATE_TRIP')
    })
    const changes = compareRuns(this.runs, now)
    this.runs = now
    const lines = byLine(now.values())
    const frames = this.book.refs().flatMap((ref, index) => this.frame(ref, index, lines, changes))
    tally.numbers.changed = [...changes.values()].reduce((sum, change) => sum + change.changed.length, 0)
    tally.numbers.gone = [...changes.values()].reduce((sum, change) => sum + change.gone.length, 0)
    return frames.map((frame) => ({ kind: 'frame', frame }))
  }

  private count({ numbers, reject }: Tally): void {
    for (const { outcome } of this.trips.all()) {
      if (outcome.kind === 'deleted') continue
      numbers.trips++
      if (outcome.kind === 'reject') numbers.rejected++
      else if (outcome.trip.joined) numbers.joined++
      else numbers.unjoined++
      if (outcome.kind === 'reject') reject(outcome.reason)
    }
  }

  /** Only of lines that this feed shows or has shown: an empty frame says that a line has no trips, which another feed may know better. */
  private frame(
    { id, timetable }: Pick<Line, 'id' | 'timetable'>,
    index: number,
    lines: ReturnType<typeof byLine>,
    changes: ReturnType<typeof compareRuns>,
  ): Frame[] {
    const slot = keySlot(index, this.feedTime)
    const key = this.slots.get(index) !== slot
    const change = changes.get(index)
    const present = lines.get(index) ?? []
    if (present.length > 0) this.shown.add(id)
    if ((!key && !change) || !this.shown.has(id)) return []
    this.slots.set(index, slot)
    return [
      {
        ...this.stamp(),
        line: id,
        timetable,
        key,
        present: present.length,
        changed: key ? present : (change?.changed ?? []),
        gone: change?.gone ?? [],
      },
    ]
  }

  private alertObservations(bytes: Buffer, feed: FramedFeed, tally: Tally): Observation[] {
    this.alertOutcomes.apply(this.book, bytes, feed)
    const believed = this.alertOutcomes.all().flatMap(({ entity, outcome }) => {
      if (outcome.kind === 'reject') tally.reject(outcome.reason)
      else if (outcome.unknownSelectors > 0) tally.warn('ALERT_SELECTOR_UNKNOWN')
      tally.nextTrip()
      return outcome.kind === 'alert' ? [{ entity, content: outcome.content }] : []
    })
    const { states, changed, gone, duplicates } = compareAlerts(this.alerts, believed)
    if (duplicates > 0) tally.reject('DUPLICATE_ALERT')
    this.alerts = states
    tally.numbers.alerts = states.size
    const told = this.afresh ? [...states.values()] : changed
    return [...told.map((state) => this.alert(state, false)), ...gone.map((state) => this.alert(state, true))]
  }

  private alert({ id, content }: AlertState, gone: boolean): Observation {
    return { kind: 'alert', alert: { ...content, ...this.stamp(), id, gone } }
  }

  /** Of the snapshot that is being taken: `ended` counts it. */
  private stamp() {
    const { operator, feed } = this.options
    return { operator, feed, epoch: this.epoch, seq: this.seq + 1, feedTime: this.feedTime }
  }

  private stateAt(receivedAtMs: number): [FeedState, FeedReason | ''] {
    const age = receivedAtMs - this.feedTime * 1000
    return this.timed && age > (this.options.staleAfterMs ?? 300_000) ? ['STALE', 'FEED_STALE'] : ['OK', '']
  }

  private hold(reason: FeedReason): Snapshot {
    return this.ended([], ['HELD', reason], false)
  }

  private ended(observations: readonly Observation[], [state, reason]: [FeedState, FeedReason | ''], believed: boolean): Snapshot {
    const tick = { ...this.stamp(), state, reason }
    this.seq++
    return {
      observations: [...observations, { kind: 'tick', tick }],
      state,
      reason,
      believed,
      feedTime: this.feedTime,
      counts: this.counts,
    }
  }
}

const heldBy = (feed: FramedFeed): Held => ({ trips: feed.trips.length, vehicles: feed.vehicles.length, alerts: feed.alerts.length })
