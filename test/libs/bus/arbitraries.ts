import * as fc from 'fast-check'
import {
  type CancelledTrip,
  type Disruption,
  type Revision,
  type Scope,
  causes,
  disruptionStates,
  effects,
  origins,
  publications,
  rules,
  severities,
} from '#domain/disruption'
import type { Dispatch } from '#domain/dispatch'
import { type Trip, feedStates, tripRelations } from '#domain/frame'
import { type Observation, noticeActs } from '#domain/observation'
import { channelNames } from '#domain/rider'

/** Values of the topics' types, any that the contract allows. */
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const time = fc.integer({ min: 0, max: 2 ** 40 })
const u32 = fc.nat({ max: 2 ** 32 - 1 })
const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const bytes = fc.uint8Array({ maxLength: 40 }).map((b) => Buffer.from(b))
const some = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 })
const one = <const T extends readonly string[]>(names: T): fc.Arbitrary<T[number]> => fc.constantFrom(...names)

const scope: fc.Arbitrary<Scope> = fc.record({ line: text, topic: text, stop: text, direction: u32, fromStop: text, toStop: text })
const period = fc.record({ start: time, end: time })
const words = fc.record({ language: text, text })
const cancelled: fc.Arbitrary<CancelledTrip> = fc.record({ departure: time, from: text, towards: text, direction: u32 })
const about = { effect: one(effects), cause: one(causes), severity: one(severities) }

const revision: fc.Arbitrary<Revision> = fc.record({
  number: u32,
  at: time,
  severity: about.severity,
  effect: about.effect,
  scopes: some(scope),
  delayMin: i32,
  delayMax: i32,
  cancelled: some(cancelled),
  estimatedEnd: time,
  declaredEnd: time,
  nextUpdate: time,
  closing: fc.boolean(),
})

export const anyDisruption: fc.Arbitrary<Disruption> = fc.record({
  operator: text,
  id: text,
  rule: one(rules),
  origin: one(origins),
  state: one(disruptionStates),
  publication: one(publications),
  scopes: some(scope),
  ...about,
  suspectedAt: time,
  openedAt: time,
  closedAt: time,
  communication: period,
  impact: some(period),
  revisions: some(revision),
  texts: some(words),
  evidence: text,
})

export const anyDispatch: fc.Arbitrary<Dispatch> = fc.record({
  operator: text,
  disruption: text,
  channel: one(channelNames),
  cohort: u32,
  revision: u32,
  severity: about.severity,
  recipients: bytes,
  retry: bytes,
  receipts: bytes,
})

const trip: fc.Arbitrary<Trip> = fc.record({
  key: text,
  tripId: text,
  startDate: text,
  direction: u32,
  towards: text,
  relation: one(tripRelations),
  joined: fc.boolean(),
  vehicle: text,
  start: time,
  end: time,
  stops: bytes,
})

const snapshot = { operator: text, feed: text, epoch: u32, seq: time, feedTime: time }
const frame = fc.record({
  ...snapshot,
  line: text,
  timetable: text,
  key: fc.boolean(),
  present: u32,
  changed: some(trip),
  gone: some(text),
})
const tick = fc.record({ ...snapshot, state: one(feedStates), reason: text })
const alert = fc.record({
  ...snapshot,
  id: text,
  gone: fc.boolean(),
  scopes: some(scope),
  ...about,
  periods: some(period),
  communication: some(period),
  headers: some(words),
  descriptions: some(words),
})
const notice = fc.record({
  operator: text,
  id: text,
  disruption: text,
  act: one(noticeActs),
  at: time,
  author: text,
  scopes: some(scope),
  ...about,
  until: time,
  publishAt: time,
  texts: some(words),
})

export const anyObservation: fc.Arbitrary<Observation> = fc.oneof(
  frame.map((f) => ({ kind: 'frame' as const, frame: f })),
  tick.map((t) => ({ kind: 'tick' as const, tick: t })),
  alert.map((a) => ({ kind: 'alert' as const, alert: a })),
  notice.map((n) => ({ kind: 'notice' as const, notice: n })),
)
