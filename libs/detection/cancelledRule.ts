import { type CancelledTrip, type Scope, bothDirections, lineScope, newest } from '#domain/disruption'
import type { Trip } from '#domain/frame'
import { packedStopBytes } from '#domain/packedStops'
import type { Judgement, LineRule, LineView, Verdict } from './lineRule'
import { toldWithin } from './lifecycle'
import type { RuleMemory, WatchedTrip } from './memory'
import type { Facts } from './situation'
import { isCancelled } from './tripView'

/** A departure this near (seconds) cannot wait for the next regular update, … */
const urgentSeconds = 1800
/** … only for those already told within so many seconds. */
const urgentAfterSeconds = 120
/** Listed in one alert; a longer list is no news but a timetable. */
const mostListed = 50

/**
 * Cancelled trips whose departure is still ahead: one disruption a line with their list. It is the operator's own statement, so one snapshot
 * opens it. A cancelled trip that vanishes from the feed stays cancelled: absence is not "runs again". When all have passed it ends silently
 * (that was told); when those that are left run again it ends with an all-clear.
 */
export const cancelledRule: LineRule = {
  rule: 'CANCELLED',
  idWord: 'cancelled',
  feedsToOpen: () => 1,
  judge,
}

function judge(memory: RuleMemory, view: LineView): Judgement {
  const watched = watchedNow(memory.watched, view)
  const ahead = watched.filter((w) => !w.dismissed)
  const told = memory.situation && newest(memory.situation.disruption)
  const facts = ahead.length > 0 ? factsOf(ahead, view.line) : undefined
  return {
    verdict: ahead.length > 0 ? 'BAD' : ending(memory, view),
    facts,
    news: facts !== undefined && told !== undefined && isNews(memory, facts.cancelled, told.cancelled, view),
    wider: false,
    fresh: true,
    watched: ahead.length > 0 ? watched : [...watched, ...memory.watched.filter((w) => !w.dismissed && runsAgain(w, view))],
    measured: { low: 0, high: 0 },
    evidence: { cancelled: ahead.map((w) => ({ trip: w.key, departure: w.until, inFeed: view.trips.has(w.key) })) },
  }
}

/** Those remembered that have not run again, and those that are new, as long as their departure is ahead. */
function watchedNow(before: readonly WatchedTrip[], view: LineView): WatchedTrip[] {
  const byKey = new Map(before.filter((w) => w.until > view.now && !runsAgain(w, view)).map((w) => [w.key, w]))
  for (const trip of view.trips.values()) {
    if (isCancelled(trip) && trip.start > view.now && !byKey.has(trip.key)) byKey.set(trip.key, watchedTrip(trip, view))
  }
  return [...byKey.values()].sort((a, b) => a.until - b.until || (a.key < b.key ? -1 : 1)).slice(0, mostListed)
}

function runsAgain(w: WatchedTrip, view: LineView): boolean {
  const trip = view.trips.get(w.key)
  return trip !== undefined && !isCancelled(trip) && w.until > view.now
}

/** Nothing cancelled is ahead: because trips run again, or because it is past. */
function ending(memory: RuleMemory, view: LineView): Verdict {
  return memory.watched.some((w) => !w.dismissed && runsAgain(w, view)) ? 'CLEAR' : 'OVER'
}

const watchedTrip = (trip: Trip, view: LineView): WatchedTrip => ({
  key: trip.key,
  direction: trip.direction,
  delay: 0,
  until: trip.start,
  from: firstStop(trip, view),
  towards: trip.towards,
  dismissed: false,
})

function firstStop(trip: Trip, view: LineView): string {
  if (trip.stops.byteLength < packedStopBytes) return ''
  return view.info?.stops[new DataView(trip.stops.buffer, trip.stops.byteOffset).getUint16(0, true)]?.name ?? ''
}

function factsOf(ahead: readonly WatchedTrip[], line: string): Facts {
  return {
    severity: 'WARNING',
    effect: 'REDUCED_SERVICE',
    scopes: [scopeOf(ahead, line)],
    delayMin: 0,
    delayMax: 0,
    cancelled: ahead.map((w) => ({ departure: w.until, from: w.from, towards: w.towards, direction: w.direction })),
    estimatedEnd: 0,
    declaredEnd: 0,
    nextUpdate: 0,
  }
}

function scopeOf(ahead: readonly WatchedTrip[], line: string): Scope {
  const directions = [...new Set(ahead.map((w) => w.direction))]
  return lineScope(line, directions.length === 1 ? directions[0] : bothDirections)
}

const listId = (c: CancelledTrip): string => `${c.departure}/${c.direction}/${c.towards}/${c.from}`

/** The list differs from what was told: at once where a new departure is near, else not more often than any update. */
function isNews(memory: RuleMemory, now: readonly CancelledTrip[], told: readonly CancelledTrip[], view: LineView): boolean {
  const toldAhead = new Set(told.filter((c) => c.departure > view.now).map(listId))
  const added = now.filter((c) => !toldAhead.has(listId(c)))
  const differs = added.length > 0 || new Set(now.map(listId)).size !== toldAhead.size
  const urgent = added.some((c) => c.departure - view.now <= urgentSeconds)
  return differs && !toldWithin(memory, view.now, urgent ? urgentAfterSeconds : view.settings.detection.updateAfterSeconds)
}
