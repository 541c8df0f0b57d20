import type { FeedState } from '#domain/frame'
import type { Line } from '#domain/line'
import type { Observation } from '#domain/observation'
import { type AlertState, compareAlerts } from './alertStates'
import { type Held, type Used, lossReason, openBody, spoiledChange, spoiledReason, timeReason } from './believe'
import { Tally } from './counts'
import { Doubt } from './doubt'
import { AlertOutcomes, type SeenAlert, TripStates } from './entities'
import type { FramedFeed } from './frameFeed'
import { type LineBook, feedBook, networkBook } from './lineBook'
import { LineFrames } from './lineFrames'
import type { Network } from './network'
import type { Counts, FeedReason, Fetched, Snapshot } from './snapshot'
import type { TripIdRule } from './tripIds'
import { type Detours, ModificationBytes, noDetours } from './tripModifications'
import type { TripState } from './tripState'
import { VehicleReports } from './vehiclePositions'
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
  private readonly reports = new VehicleReports()
  private readonly trips = new TripStates()
  private readonly alertOutcomes = new AlertOutcomes()
  private readonly modifications = new ModificationBytes()
  private readonly doubt = new Doubt()
  private readonly frames: LineFrames
  private alerts: ReadonlyMap<string, AlertState> = new Map()
  private detours = noDetours
  private body: Buffer | undefined
  private held: Held | undefined
  private used: Used | undefined
  private differential: boolean | undefined
  private feedTime = 0
  private timed = true
  private counts: Counts = new Tally().done()
  /** Everything has to be told again: at the start, with another timetable or epoch. */
  private afresh = true

  constructor(private readonly options: SnapshotsOptions) {
    this.book = this.bookOf(options.network)
    this.epoch = options.epoch
    this.vehicles = options.vehicles ?? new Vehicles()
    this.frames = new LineFrames(options.shown ?? [])
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
    if (this.differential !== feed.differential) return this.flip(body, fetched, feed)
    const read = this.read(bytes, feed, feedTime)
    const spoiled = same ? undefined : this.spoilOf(feed, read)
    if (spoiled && this.doubt.holds(spoiled, fetched.receivedAtMs)) {
      this.vehicles.replace(this.options.feed, read.vehiclesBefore)
      return this.hold(spoiled)
    }
    this.doubt.clear()
    this.body = Buffer.from(body.buffer, body.byteOffset, body.length)
    this.timed = feed.timestamp > 0
    return this.believe(read, feed, feedTime, fetched.receivedAtMs)
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
    this.trips.readAgain()
    this.reports.clear()
    this.alertOutcomes.clear()
    this.detours = noDetours
    this.used = undefined
    this.frames.forget()
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
    return this.frames.shownLines()
  }

  private bookOf(network: Network | undefined): LineBook {
    return network ? networkBook(network, this.options.tripIds) : feedBook(this.options.operator)
  }

  private startAfresh(): void {
    this.afresh = true
    this.frames.afresh()
  }

  private lossOf(feed: FramedFeed): FeedReason | undefined {
    if (this.differential === undefined) return undefined
    if (feed.differential !== this.differential) return 'FEED_MODE_FLIPPED'
    return feed.differential ? undefined : lossReason(this.held, heldBy(feed))
  }

  private spoilOf({ differential }: FramedFeed, { used, trips }: Read): FeedReason | undefined {
    return differential ? spoiledChange(this.used, this.trips.spoiledBy(trips)) : spoiledReason(this.used, used)
  }

  /** The first snapshot tells which kind of feed it is; a change that has lasted begins anew, framed again with the ids that kind needs. */
  private flip(body: Uint8Array, fetched: Fetched, feed: FramedFeed): Snapshot {
    if (this.differential !== undefined) this.trips.clear()
    this.differential = feed.differential
    this.held = this.used = undefined
    this.doubt.clear()
    return this.take(body, fetched)
  }

  /** What the snapshot says, nothing of it believed yet but the vehicles, which the trips need. */
  private read(bytes: Buffer, feed: FramedFeed, feedTime: number): Read {
    const tally = new Tally()
    const vehiclesBefore = this.vehicles.by(this.options.feed)
    const detours = this.detoursOf(bytes, feed)
    if (feed.vehicles.length > 0 || vehiclesBefore.size > 0)
      this.vehicles.replace(this.options.feed, this.reports.take(this.book, bytes, feed, feedTime, tally))
    const reading = { book: this.book, detours, feedTime, vehicleOf: (key: string) => this.vehicles.of(key), warn: tally.warn }
    const trips = this.trips.next(reading, bytes, feed, tally)
    const alerts = this.alertOutcomes.next(this.book, bytes, feed, feedTime, detours.scopes)
    return { tally, trips, alerts, vehiclesBefore, used: usedOf(trips, alerts) }
  }

  /** Other detours change what unchanged trips and alerts mean. */
  private detoursOf(bytes: Buffer, feed: FramedFeed): Detours {
    const detours = this.modifications.take(this.book, bytes, feed, this.detours)
    if (detours !== this.detours) {
      this.trips.readAgain()
      this.alertOutcomes.clear()
    }
    return (this.detours = detours)
  }

  private believe({ tally, trips, alerts, used }: Read, feed: FramedFeed, feedTime: number, receivedAtMs: number): Snapshot {
    tally.defects('FEED_TIME_REPEATED', Number(!this.afresh && feed.timestamp > 0 && feedTime === this.feedTime))
    tally.defects('FEED_WITHOUT_TIME', Number(feed.timestamp === 0))
    tally.defects('TIMETABLE_IS_ANOTHER', Number(this.namesAnotherTimetable(feed)))
    tally.defects('DELETED_IN_FULL_DATASET', feed.differential ? 0 : feed.deleted.length)
    tally.defects('ENTITY_WITHOUT_CONTENT', feed.strange)
    this.feedTime = feedTime
    this.held = feed.differential ? undefined : heldBy(feed)
    this.used = used
    this.trips.keep(trips)
    this.alertOutcomes.keep(alerts)
    this.count(tally)
    const frames = this.frames.next(this.book, () => this.trips.all(), this.stamp(), tally)
    const told = this.alertObservations(tally)
    tally.numbers.entities = feed.entities
    this.counts = tally.done()
    this.afresh = false
    return this.ended([...frames.map((frame) => ({ kind: 'frame', frame }) as const), ...told], this.stateAt(receivedAtMs), true)
  }

  private namesAnotherTimetable({ feedVersion }: FramedFeed): boolean {
    const own = this.book.network?.timetable.feedVersion ?? ''
    return feedVersion !== '' && own !== '' && feedVersion !== own
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

  private alertObservations(tally: Tally): Observation[] {
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

/** A snapshot that was decoded. */
interface Read {
  readonly tally: Tally
  readonly trips: ReadonlyMap<string, TripState>
  readonly alerts: readonly SeenAlert[]
  readonly vehiclesBefore: ReadonlyMap<string, string>
  readonly used: Used
}

function usedOf(states: ReadonlyMap<string, TripState>, alerts: readonly SeenAlert[]): Used {
  let trips = 0
  for (const { outcome } of states.values()) if (outcome.kind !== 'reject') trips++
  return { trips, alerts: alerts.filter(({ outcome }) => outcome.kind === 'alert').length }
}

const heldBy = (feed: FramedFeed): Held => ({ trips: feed.trips.length, vehicles: feed.vehicles.length, alerts: feed.alerts.length })
