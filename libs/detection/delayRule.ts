import type { Thresholds } from '#domain/detectionSettings'
import { type Revision, bothDirections, newest } from '#domain/disruption'
import { delaySection } from './delaySection'
import type { Judgement, LineRule, LineView, Verdict } from './lineRule'
import { toldWithin } from './lifecycle'
import type { RuleMemory, WatchedTrip } from './memory'
import { covers, placesOf, widened } from './scopes'
import { lostTripGraceSeconds, thresholdsOf } from './settings'
import type { Facts } from './situation'
import { type TripView, hasPrediction, isCancelled, runningAt } from './tripView'

/**
 * A line is late when at least minTrips and minShare of its running, joined trips are predicted lateSeconds late at their next stop.
 *
 * It is clear again when less than minShare of them are clearSeconds late or more, and less than half of minShare lateSeconds or more. One late
 * trip of four is not clear although it would not have opened: an all-clear with the next bus late is worse than none. Late trips that
 * vanish from the feed stay late in this count until their last predicted arrival + 5 minutes, so that the loss of the late vehicles' data is no
 * recovery; without any running trip that is seen nothing speaks for an all-clear, and after half an hour the disruption ends silently.
 */
export const delayRule: LineRule = {
  rule: 'DELAY',
  idWord: 'delay',
  feedsToOpen: (settings) => settings.detection.feedsToOpen,
  judge,
}

/** Of minShare: at this share, trips that are still late are too many for an all-clear. */
const clearShare = 0.5

/** A trip that counts: seen in this snapshot, or late when it vanished. */
interface Counted {
  readonly key: string
  readonly direction: number
  readonly delay: number
  readonly until: number
  readonly seen: TripView | undefined
}

function judge(memory: RuleMemory, view: LineView): Judgement {
  const limits = thresholdsOf(view.settings.detection, view.info?.mode)
  const seen = seenTrips(view)
  const lost = memory.phase === 'OPEN' || memory.phase === 'MUTED' ? lostTrips(memory.watched, seen, view) : []
  const late = seen.filter((t) => t.delay >= limits.lateSeconds)
  const isLate = late.length >= view.settings.detection.minTrips && late.length / seen.length >= view.settings.detection.minShare
  const verdict = isLate ? 'BAD' : verdictWithout([...seen, ...lost], memory, view, limits)
  const measured = { low: Math.min(...late.map((t) => t.delay)), high: Math.max(...late.map((t) => t.delay)) }
  const facts = isLate ? factsOf(seen, late, view, limits) : undefined
  const told = memory.situation && newest(memory.situation.disruption)
  const wider = facts !== undefined && told !== undefined && !covers(told.scopes, facts.scopes, placesOf(view.info))
  return {
    verdict,
    facts: facts && told ? { ...facts, scopes: wider ? widened(told.scopes, facts.scopes) : told.scopes } : facts,
    news: facts !== undefined && told !== undefined && isNews(memory, facts, told, measured, view),
    wider,
    fresh: false,
    watched: [...late, ...lost].map(watchedTrip),
    measured,
    evidence: evidenceOf(seen, lost, late, view),
  }
}

function seenTrips(view: LineView): Counted[] {
  const counted: Counted[] = []
  for (const trip of view.trips.values()) {
    if (!trip.joined || isCancelled(trip)) continue
    const seen = runningAt(trip, view.now)
    if (seen) {
      counted.push({ key: trip.key, direction: trip.direction, delay: seen.delay, until: seen.lastAt + lostTripGraceSeconds, seen })
    }
  }
  return counted.sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** Late ones that the feed does not show any more, or predicts nothing for, although they should still be on their way. */
function lostTrips(watched: readonly WatchedTrip[], seen: readonly Counted[], view: LineView): Counted[] {
  const seenKeys = new Set(seen.map((t) => t.key))
  const isLost = (w: WatchedTrip) => {
    const trip = view.trips.get(w.key)
    return !seenKeys.has(w.key) && w.until > view.now && !(trip && (isCancelled(trip) || hasPrediction(trip)))
  }
  return watched.filter(isLost).map(({ key, direction, delay, until }) => ({ key, direction, delay, until, seen: undefined }))
}

function verdictWithout(counted: readonly Counted[], memory: RuleMemory, view: LineView, limits: Thresholds): Verdict {
  const scopes = memory.situation?.disruption.scopes ?? []
  const here = counted.filter(
    (t) => scopes.length === 0 || scopes.some((s) => s.direction === bothDirections || s.direction === t.direction),
  )
  if (here.length === 0) return 'BLIND'
  const share = (seconds: number) => here.filter((t) => t.delay >= seconds).length / here.length
  const { minShare } = view.settings.detection
  if (share(limits.clearSeconds) >= minShare || share(limits.lateSeconds) >= minShare * clearShare) return 'BETWEEN'
  return here.some((t) => t.seen) ? 'CLEAR' : 'BLIND'
}

function factsOf(seen: readonly Counted[], late: readonly Counted[], view: LineView, limits: Thresholds): Facts {
  const delays = late.map((t) => t.delay).sort((a, b) => a - b)
  const median = delays[Math.floor((delays.length - 1) / 2)] ?? 0
  const direction = lateDirection(seen, late, view.settings.detection.minShare)
  return {
    severity: median >= limits.severeSeconds ? 'SEVERE' : 'WARNING',
    effect: 'SIGNIFICANT_DELAYS',
    scopes: [delaySection(view, direction, limits)],
    delayMin: roundDown(delays[0] ?? 0),
    delayMax: roundUp(delays.at(-1) ?? 0),
    cancelled: [],
    estimatedEnd: 0,
    declaredEnd: 0,
    nextUpdate: 0,
  }
}

/** As riders feel it: in steps of five minutes. */
const stepSeconds = 300
const roundDown = (delay: number) => Math.floor(delay / stepSeconds) * stepSeconds
const roundUp = (delay: number) => Math.ceil(delay / stepSeconds) * stepSeconds

/** The one direction in which a sufficient share is late; both, when that is so in both or a direction is not known. */
function lateDirection(seen: readonly Counted[], late: readonly Counted[], minShare: number): number {
  if (late.some((t) => t.direction === bothDirections)) return bothDirections
  const affected = [0, 1].filter((d) => {
    const running = seen.filter((t) => t.direction === d).length
    return running > 0 && late.filter((t) => t.direction === d).length / running >= minShare
  })
  return affected.length === 1 ? (affected[0] ?? bothDirections) : bothDirections
}

/** Compared with what was told, not with the last snapshot: 10 minutes late and back again is told once each way. */
function isNews(memory: RuleMemory, facts: Facts, told: Revision, now: { low: number; high: number }, view: LineView): boolean {
  const { updateStepSeconds, updateAfterSeconds } = view.settings.detection
  if (toldWithin(memory, view.now, updateAfterSeconds)) return false
  const changed = Math.max(Math.abs(now.low - memory.told.low), Math.abs(now.high - memory.told.high)) >= updateStepSeconds
  const says = facts.delayMin !== told.delayMin || facts.delayMax !== told.delayMax
  return facts.severity !== told.severity || (changed && says)
}

const watchedTrip = ({ key, direction, delay, until }: Counted): WatchedTrip => ({
  key,
  direction,
  delay,
  until,
  from: '',
  towards: '',
  dismissed: false,
})

function evidenceOf(seen: readonly Counted[], lost: readonly Counted[], late: readonly Counted[], view: LineView): object {
  const stopName = (index: number) => view.info?.stops[index]?.name ?? ''
  return {
    running: seen.length,
    late: late.map((t) => ({
      trip: t.key,
      direction: t.direction,
      delay: t.delay,
      nextStop: t.seen ? stopName(t.seen.nextStop) : '',
      predicted: t.seen?.nextAt ?? 0,
    })),
    ...(lost.length > 0 && { lost: lost.map((t) => ({ trip: t.key, delay: t.delay })) }),
  }
}
