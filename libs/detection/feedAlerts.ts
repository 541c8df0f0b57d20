import { createHash } from 'node:crypto'
import { type Disruption, type Period, type Text, newest } from '#domain/disruption'
import type { Tick } from '#domain/frame'
import type { OperatorAlert } from '#domain/observation'
import type { Situation } from './memory'
import { type DetectorSettings, policyOf } from './settings'
import { type Change, type Facts, closedTold, plainFacts, publicationBy, put, revised, settled } from './situation'

/**
 * The operator's own alerts, passed on. They become and change disruptions at the tick of their snapshot, so that the order inside a snapshot does
 * not matter: an alert that is gone while another one with the same effect and scopes appears was only issued anew, and keeps its disruption.
 * Gone means gone for feedsToClose snapshots; an alert that flickers is told once.
 */
export interface AlertEntry {
  readonly alert: OperatorAlert
  /** Snapshots in a row without it. */
  readonly goneFor: number
  /** Of the newest tick counted. */
  readonly ticked: number
  /** undefined: not yet judged at a tick, or nothing to tell (all its periods are past). */
  readonly situation: Situation | undefined
  /** It changed since it was last judged. */
  readonly changed: boolean
  /** Known from the topic only, after the state was lost: not judged absent before the feed says that it is gone. */
  readonly adopted?: boolean
}

/** By alert id. */
export type AlertEntries = ReadonlyMap<string, AlertEntry>
export interface AlertsStep {
  readonly entries: AlertEntries
  readonly changes: readonly Change[]
}

/** Takes what a snapshot says about an alert; an older one than the last changes nothing. */
export function withAlert(entries: AlertEntries, alert: OperatorAlert): AlertEntries {
  const before = entries.get(alert.id)
  if (before ? !isNewer(alert, before.alert) : alert.gone) return entries
  const base = { goneFor: before?.goneFor ?? 0, situation: before?.situation }
  const ticked = before?.alert.epoch === alert.epoch ? before.ticked : 0
  const content = alert.gone && before ? { ...before.alert, ...positionOf(alert), gone: true } : alert
  return new Map(entries).set(alert.id, { ...base, ticked, alert: content, changed: !alert.gone, goneFor: alert.gone ? base.goneFor : 0 })
}

const positionOf = ({ epoch, seq, feedTime }: OperatorAlert | Tick) => ({ epoch, seq, feedTime })
const isNewer = (a: OperatorAlert, b: OperatorAlert): boolean => a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq)

/** A believed snapshot of the feed is complete. */
export function alertsAtTick(entries: AlertEntries, tick: Tick, settings: DetectorSettings): AlertsStep {
  const changes: Change[] = []
  const next = new Map(entries)
  for (const [id, entry] of byId(entries)) {
    if (!next.has(id) || !counts(entry, tick)) continue
    const step = judged(entry, next, tick, settings)
    changes.push(...step.changes)
    if (step.entry) next.set(id, step.entry)
    else next.delete(id)
  }
  return changes.length > 0 || differs(entries, next) ? { entries: next, changes } : { entries, changes }
}

const byId = (entries: AlertEntries) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1))

const differs = (a: AlertEntries, b: AlertEntries) => a.size !== b.size || [...b].some(([id, entry]) => a.get(id) !== entry)

/** Ticks of its own feed only, each once. */
const counts = ({ alert, ticked }: AlertEntry, tick: Tick): boolean =>
  alert.feed === tick.feed && (tick.epoch > alert.epoch || (tick.epoch === alert.epoch && tick.seq >= alert.seq && tick.seq > ticked))

/** A new poller tells every alert again before its first tick: what it does not tell is no longer there. */
const vanished = ({ alert, adopted }: AlertEntry, tick: Tick): boolean => alert.gone || (alert.epoch < tick.epoch && !adopted)

interface EntryStep {
  /** undefined: over and forgotten. */
  readonly entry: AlertEntry | undefined
  readonly changes: readonly Change[]
}

function judged(entry: AlertEntry, all: Map<string, AlertEntry>, tick: Tick, settings: DetectorSettings): EntryStep {
  if (vanished(entry, tick)) return absent(entry, all, tick, settings)
  if (entry.changed) return present(entry, all, tick, settings)
  const situation = entry.situation && settled(entry.situation, tick.feedTime)
  if (situation === entry.situation) return { entry, changes: [] }
  return { entry: { ...entry, situation }, changes: situation ? [put(situation)] : [] }
}

function present(entry: AlertEntry, all: Map<string, AlertEntry>, tick: Tick, settings: DetectorSettings): EntryStep {
  const seen = { ...entry, changed: false, ticked: tick.seq, goneFor: 0 }
  const own = entry.situation?.disruption.state === 'OPEN' ? entry.situation : reissued(entry, all, tick)
  if (own) return updated(seen, own, tick.feedTime)
  // Dismissed or cleared by staff, it stays closed; when its periods were past, new ones open it again.
  const closed = entry.situation?.disruption
  if (closed && (closed.publication === 'WITHDRAWN' || newest(closed)?.closing)) return { entry: seen, changes: [] }
  if (isPast(entry.alert, tick.feedTime)) return { entry: seen, changes: [] }
  const situation = { disruption: opened(entry.alert, settings, tick.feedTime), acts: [], byStaff: false, confirmed: false }
  return { entry: { ...seen, situation }, changes: [put(situation)] }
}

/** The situation of an alert that vanished in favour of this one; its old entry is dropped. */
function reissued(entry: AlertEntry, all: Map<string, AlertEntry>, tick: Tick): Situation | undefined {
  const key = foldKey(entry.alert)
  for (const [id, other] of byId(all)) {
    if (id === entry.alert.id || !vanished(other, tick) || other.situation?.disruption.state !== 'OPEN' || foldKey(other.alert) !== key)
      continue
    all.delete(id)
    return other.situation
  }
  return undefined
}

const foldKey = (a: OperatorAlert): string => JSON.stringify([a.feed, a.effect, a.scopes.map((s) => JSON.stringify(s)).sort()])

/** A text alone changes silently; another effect, severity, scope or end is news. */
function updated(entry: AlertEntry, own: Situation, now: number): EntryStep {
  const d = own.disruption
  const facts = factsOf(entry.alert)
  const told = newest(d)
  if (own.byStaff) return { entry: { ...entry, situation: own }, changes: [] }
  const next = { ...d, texts: textsOf(entry.alert), cause: entry.alert.cause, ...timesOf(entry.alert) }
  const isNews = told !== undefined && factsKey(told) !== factsKey(facts)
  const situation = settled({ ...own, disruption: isNews ? revised(next, facts, now) : next }, now)
  const same = JSON.stringify(situation.disruption) === JSON.stringify(d)
  return { entry: { ...entry, situation }, changes: same ? [] : [put(situation)] }
}

const factsKey = (f: Facts): string => JSON.stringify([f.severity, f.effect, f.scopes, f.declaredEnd])

function absent(entry: AlertEntry, all: Map<string, AlertEntry>, tick: Tick, settings: DetectorSettings): EntryStep {
  const d = entry.situation?.disruption
  if (!d || d.state === 'CLOSED') return { entry: undefined, changes: [] }
  if (successorIsNear(entry, all, tick)) return { entry, changes: [] }
  if (entry.goneFor > 0 && tick.feedTime <= entry.alert.feedTime) return { entry, changes: [] }
  const goneFor = entry.goneFor + 1
  if (goneFor < settings.detection.feedsToClose) {
    return {
      entry: { ...entry, goneFor, ticked: tick.seq, alert: { ...entry.alert, ...positionOf(tick), gone: true } },
      changes: [],
    }
  }
  return { entry: undefined, changes: [{ kind: 'put', disruption: closedTold(d, tick.feedTime) }] }
}

/** A new alert of this snapshot that has not been judged yet will take the situation over. */
function successorIsNear(entry: AlertEntry, all: Map<string, AlertEntry>, tick: Tick): boolean {
  const key = foldKey(entry.alert)
  return [...all.values()].some(
    (o) => o !== entry && o.changed && !o.situation && !o.alert.gone && o.alert.epoch === tick.epoch && foldKey(o.alert) === key,
  )
}

function opened(alert: OperatorAlert, settings: DetectorSettings, now: number): Disruption {
  const times = timesOf(alert)
  const publication = publicationBy(policyOf(settings.policy, 'ALERT'), times.communication.start, now)
  const { operator, scopes, effect, cause, severity } = alert
  const disruption: Disruption = {
    operator, id: `alert-${shortId(alert.id)}-${now}`, rule: 'ALERT', origin: 'FEED', state: 'OPEN', publication, scopes, effect, cause,
    severity, suspectedAt: now, openedAt: now, closedAt: 0, ...times, revisions: [], texts: textsOf(alert),
    evidence: JSON.stringify({ feed: alert.feed, alert: alert.id, snapshot: alert.feedTime }),
  } // prettier-ignore
  return revised(disruption, factsOf(alert), now)
}

const shortId = (id: string): string => (/^[\w-]{1,12}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 8))

const factsOf = (alert: OperatorAlert): Facts => plainFacts(alert, lastEnd(alert.periods))

function timesOf(alert: OperatorAlert): { communication: Period; impact: readonly Period[] } {
  const told = alert.communication?.length ? alert.communication : alert.periods
  return { communication: { start: firstStart(told), end: lastEnd(told) }, impact: alert.periods }
}

/** 0 where any of them has always begun, or never ends. */
const firstStart = (periods: readonly Period[]): number => (periods.length === 0 ? 0 : Math.min(...periods.map((p) => p.start)))
const lastEnd = (periods: readonly Period[]): number => (periods.some((p) => p.end === 0) ? 0 : Math.max(0, ...periods.map((p) => p.end)))
const isPast = (alert: OperatorAlert, now: number): boolean => lastEnd(alert.periods) > 0 && lastEnd(alert.periods) <= now

/** In a chat message the description follows the header as long as both stay readable (text guide: description ≤ 600). */
const longestText = 600

function textsOf(alert: OperatorAlert): Text[] {
  const languages = [...new Set([...alert.headers, ...alert.descriptions].map((t) => t.language))]
  return languages.map((language) => {
    const header = alert.headers.find((t) => t.language === language)?.text ?? ''
    const description = alert.descriptions.find((t) => t.language === language)?.text ?? ''
    const both = [header, description === header ? '' : description].filter(Boolean).join('\n')
    return { language, text: both.length <= longestText ? both : header || `${both.slice(0, longestText - 1)}…` }
  })
}
