import type { Frame, Tick, Trip } from '#domain/frame'
import type { Line } from '#domain/line'
import type { Disruption, Rule } from '#domain/disruption'
import { type CoverView, rejudged } from './covered'
import { step, stepUnknown } from './lifecycle'
import { lineRules } from './lineRules'
import type { LineView } from './lineRule'
import { type RuleMemory, idle } from './memory'
import { type DetectorSettings, longestGapSeconds } from './settings'
import { type Change, put } from './situation'

/**
 * A line on its own: its trips as each feed last showed them, and what its rules remember. It takes care itself that nothing counts twice, so
 * that states may be written one by one: a redo after a crash leaves those that are ahead alone and repeats the others.
 */
export interface LineState {
  readonly line: string
  /** By name of the feed. */
  readonly parts: readonly FeedPart[]
  readonly memories: Readonly<Partial<Record<Rule, RuleMemory>>>
}

export interface FeedPart {
  readonly feed: string
  readonly epoch: number
  /** Of the newest frame. */
  readonly seq: number
  /** Of the newest tick that was counted. */
  readonly ticked: number
  readonly timetable: string
  /** False: a delta is missing, so that the trips below cannot be trusted until the next key frame. */
  readonly known: boolean
  readonly trips: ReadonlyMap<string, Trip>
}

export interface LineStep {
  readonly state: LineState
  readonly changes: readonly Change[]
}

export const newLineState = (line: string): LineState => ({ line, parts: [], memories: {} })
export const memoryOf = (state: LineState, rule: Rule): RuleMemory => state.memories[rule] ?? idle

/** Takes a frame; one of an older epoch or an older snapshot changes nothing. */
export function withFrame(state: LineState, frame: Frame): LineState {
  const before = state.parts.find((p) => p.feed === frame.feed)
  if (before && !isNewer(frame, before)) return state
  const part = frame.key ? fromKeyFrame(frame) : fromDelta(frame, before)
  const parts = [...state.parts.filter((p) => p !== before), { ...part, ticked: sameEpoch(frame, before) ? (before?.ticked ?? 0) : 0 }]
  return { ...state, parts: parts.sort((a, b) => (a.feed < b.feed ? -1 : 1)) }
}

const isNewer = (frame: Frame, part: FeedPart): boolean =>
  frame.epoch > part.epoch || (frame.epoch === part.epoch && (frame.seq > part.seq || (frame.key && !part.known && frame.seq === part.seq)))

const sameEpoch = (frame: Frame, part: FeedPart | undefined): boolean => part?.epoch === frame.epoch

function fromKeyFrame(frame: Frame): FeedPart {
  return { ...partOf(frame), known: true, trips: new Map(frame.changed.map((t) => [t.key, t])) }
}

/** A delta needs what it changes: same poller, same table of stops, and as many trips afterwards as the snapshot has. */
function fromDelta(frame: Frame, before: FeedPart | undefined): FeedPart {
  const trips = new Map(before?.trips)
  for (const key of frame.gone) trips.delete(key)
  for (const trip of frame.changed) trips.set(trip.key, trip)
  const fits = before?.known && sameEpoch(frame, before) && before.timetable === frame.timetable && trips.size === frame.present
  return { ...partOf(frame), known: fits === true, trips: fits ? trips : new Map() }
}

const partOf = ({ feed, epoch, seq, timetable }: Frame) => ({ feed, epoch, seq, timetable, ticked: 0 })

/** A believed snapshot is complete: the rules look at the line as it is now. Only ticks of the feed that carries the line's trips count. */
export function withTick(
  state: LineState,
  tick: Tick,
  settings: DetectorSettings,
  info: Line | undefined,
  covers: readonly Disruption[],
): LineStep {
  const part = state.parts.find((p) => p.feed === tick.feed)
  if (!part) return state.parts.length === 0 ? blind(state, tick.feedTime) : { state, changes: [] }
  if (tick.epoch < part.epoch || (tick.epoch === part.epoch && (tick.seq < part.seq || tick.seq <= part.ticked)))
    return { state, changes: [] }
  if (part !== carrier(state.parts)) return { state, changes: [] }
  if (!part.known || tick.epoch > part.epoch) return blind(state, tick.feedTime)
  const parts = state.parts.map((p) => (p === part ? { ...p, ticked: tick.seq } : p))
  const usable = info?.timetable === part.timetable ? info : undefined
  return evaluated({ ...state, parts }, { settings, line: state.line, info: usable, trips: part.trips, covers, now: tick.feedTime })
}

/** What `ended` covered is told at once. Not that which is judged by this very snapshot, which knows more, nor by what was seen too long ago. */
export function withoutCover(state: LineState, ended: ReadonlySet<string>, feed: string, view: CoverView): LineStep {
  const changes: Change[] = []
  let memories = state.memories
  const part = carrier(state.parts)
  const usable = { ...view, info: view.info?.timetable === part?.timetable ? view.info : undefined }
  for (const { rule } of lineRules) {
    const before = memoryOf(state, rule)
    if (part?.feed === feed || !ended.has(before.situation?.coveredBy ?? '') || view.now - before.judgedAt > longestGapSeconds) continue
    const next = rejudged(before, { ...usable, now: Math.max(view.now, before.judgedAt) })
    if (next === before || !next.situation) continue
    memories = { ...memories, [rule]: next }
    changes.push(put(next.situation))
  }
  return { state: memories === state.memories ? state : { ...state, memories }, changes }
}

/** The feed that has most of the line's trips with stops; another one, vehicles say, does not count snapshots. */
function carrier(parts: readonly FeedPart[]): FeedPart | undefined {
  if (parts.length < 2) return parts[0]
  const weight = (p: FeedPart) => [...p.trips.values()].filter((t) => t.stops.byteLength > 0).length
  return parts.reduce((best, p) => (weight(p) > weight(best) ? p : best))
}

function evaluated(state: LineState, view: LineView): LineStep {
  const changes: Change[] = []
  let memories = state.memories
  for (const rule of lineRules) {
    const before = memoryOf(state, rule.rule)
    const next = step(rule, before, view)
    if (next.memory !== before) memories = { ...memories, [rule.rule]: next.memory }
    changes.push(...next.changes)
  }
  return { state: { ...state, memories }, changes }
}

function blind(state: LineState, now: number): LineStep {
  const changes: Change[] = []
  let memories = state.memories
  for (const { rule } of lineRules) {
    const before = memoryOf(state, rule)
    const next = stepUnknown(before, now)
    if (next.memory !== before) memories = { ...memories, [rule]: next.memory }
    changes.push(...next.changes)
  }
  return { state: memories === state.memories ? state : { ...state, memories }, changes }
}
