import { createHash } from 'node:crypto'
import { type Cause, type Effect, type Period, type Scope, type Severity, type Text, causes, effects } from '#domain/disruption'
import type { OperatorAlert } from '#domain/observation'
import { transit_realtime } from 'gtfs-realtime-bindings'
import { type ResolvedScopes, resolveScopes } from './alertScopes'
import { maxDescription, maxHeader, textsOf, withText } from './alertText'
import type { LineBook } from './lineBook'
import { type Mercury, isTimetableFact, meaningOf, readMercury } from './mercury'

/** An operator's alert as far as its own bytes and the timetable tell. */
export type AlertContent = Omit<OperatorAlert, 'operator' | 'feed' | 'epoch' | 'seq' | 'feedTime' | 'gone'>

export type AlertOutcome =
  | { readonly kind: 'alert'; readonly content: AlertContent; readonly unknownSelectors: number }
  | { readonly kind: 'reject'; readonly reason: AlertReject }

export type AlertReject =
  | 'ALERT_NOT_DECODABLE'
  | 'ALERT_TOO_LARGE'
  | 'ALERT_SAYS_NOTHING'
  | 'ALERT_PERIOD_REVERSED'
  | 'ALERT_PERIOD_IN_MILLISECONDS'
  | 'ALERT_IS_TIMETABLE'

const laterThanAnyDate = 1e11
/** The largest alert ever recorded has 40 KB (MBTA, 2024). */
const maxBytes = 2 ** 20

/**
 * Alert bytes → content, by the bindings (alerts are few, and their semantics many). `detoured`: the stops of the detour that this alert tells
 * of. Never throws.
 */
export function readAlert(book: LineBook, bytes: Buffer, detoured: readonly Scope[] = []): AlertOutcome {
  if (bytes.length > maxBytes) return { kind: 'reject', reason: 'ALERT_TOO_LARGE' }
  let alert: transit_realtime.Alert
  try {
    alert = transit_realtime.Alert.decode(bytes)
  } catch {
    return { kind: 'reject', reason: 'ALERT_NOT_DECODABLE' }
  }
  return judged(alert, readMercury(bytes), scopesOf(book, alert, detoured))
}

/** An alert that names nothing itself is about the stops that its detour leaves out. */
function scopesOf(book: LineBook, alert: transit_realtime.Alert, detoured: readonly Scope[]): ResolvedScopes {
  const own = resolveScopes(book, alert.informedEntity ?? [])
  return own.unselective && detoured.length > 0 ? { scopes: detoured, unknown: 0, unselective: false, tripsOnly: false } : own
}

function judged(
  alert: transit_realtime.Alert,
  mercury: Mercury,
  { scopes, unknown, unselective, tripsOnly }: ResolvedScopes,
): AlertOutcome {
  const reject = (reason: AlertReject) => ({ kind: 'reject', reason }) as const
  if (isTimetableFact(mercury)) return reject('ALERT_IS_TIMETABLE')
  const periods = periodsOf(alert)
  const communication = communicationOf(alert, periods, mercury)
  const all = [...periods, ...communication]
  if (all.some((p) => p.start > laterThanAnyDate || p.end > laterThanAnyDate)) return reject('ALERT_PERIOD_IN_MILLISECONDS')
  if (all.some((p) => p.end > 0 && p.end < p.start)) return reject('ALERT_PERIOD_REVERSED')
  const effect = effectOf(alert, mercury, tripsOnly)
  const headers = textsOf(alert.headerText?.translation, maxHeader)
  const descriptions = descriptionsOf(alert, mercury)
  if (headers.length + descriptions.length === 0 && (effect === 'UNKNOWN_EFFECT' || unselective)) return reject('ALERT_SAYS_NOTHING')
  const severity = unselective ? 'INFO' : severityOf(alert, effect, mercury)
  const told = communication.length > 0 ? { communication } : {}
  const content = { scopes, effect, cause: causeOf(alert), severity, periods, ...told, headers, descriptions }
  return { kind: 'alert', content: { id: contentKey(content), ...content }, unknownSelectors: unknown }
}

/** The description, else what stands for the image; Mercury says the periods in words. */
function descriptionsOf(alert: transit_realtime.Alert, mercury: Mercury): readonly Text[] {
  const described = textsOf(alert.descriptionText?.translation, maxDescription)
  const texts = described.length > 0 ? described : textsOf(alert.imageAlternativeText?.translation, maxDescription)
  return withText(texts, textsOf(mercury.humanPeriods, maxHeader))
}

/** When to tell: communication_period, else Mercury's lead before the first period; empty: by the periods. */
function communicationOf(alert: transit_realtime.Alert, periods: readonly Period[], { displayBefore }: Mercury): Period[] {
  if (alert.communicationPeriod?.length) return alert.communicationPeriod.map(periodOf)
  const lead = Math.min(displayBefore, maxLeadSeconds)
  return lead > 0 ? periods.map(({ start, end }) => ({ start: Math.max(0, start - lead), end })) : []
}

const maxLeadSeconds = 14 * 86_400

/** When service is affected; active_period is the older way to say it. Start missing = since ever, end missing = open. */
const periodsOf = (alert: transit_realtime.Alert): Period[] =>
  (alert.impactPeriod?.length ? alert.impactPeriod : (alert.activePeriod ?? [])).map(periodOf)

const periodOf = (period: transit_realtime.ITimeRange): Period => ({ start: Number(period.start ?? 0), end: Number(period.end ?? 0) })

/** One trip that does not run is less service and not none. */
function effectOf(alert: transit_realtime.Alert, mercury: Mercury, tripsOnly: boolean): Effect {
  const given = effectByNumber.get(alert.effect) ?? 'UNKNOWN_EFFECT'
  const effect = given === 'UNKNOWN_EFFECT' ? (meaningOf(mercury)?.effect ?? given) : given
  return effect === 'NO_SERVICE' && tripsOnly ? 'REDUCED_SERVICE' : effect
}

const causeOf = (alert: transit_realtime.Alert): Cause => causeByNumber.get(alert.cause) ?? 'UNKNOWN_CAUSE'

const effectByNumber = new Map(effects.map((effect) => [transit_realtime.Alert.Effect[effect] as number, effect]))
const causeByNumber = new Map(causes.map((cause) => [transit_realtime.Alert.Cause[cause] as number, cause]))

/** Given, else by the operator's word for it, else by the effect: most operators leave it out. */
function severityOf(alert: transit_realtime.Alert, effect: Effect, mercury: Mercury): Severity {
  const level = transit_realtime.Alert.SeverityLevel
  if (alert.severityLevel === level.INFO) return 'INFO'
  if (alert.severityLevel === level.WARNING) return 'WARNING'
  if (alert.severityLevel === level.SEVERE) return 'SEVERE'
  return meaningOf(mercury)?.severity ?? derived.get(effect) ?? 'INFO'
}

const derived = new Map<Effect, Severity>([
  ['NO_SERVICE', 'SEVERE'],
  ['SIGNIFICANT_DELAYS', 'WARNING'],
  ['DETOUR', 'WARNING'],
  ['REDUCED_SERVICE', 'WARNING'],
  ['MODIFIED_SERVICE', 'WARNING'],
  ['STOP_MOVED', 'WARNING'],
])

/**
 * Who an alert is: effect, scopes, periods and its header without case and spacing. Entity ids are no identity: some feeds give new ones at
 * every poll. Differing periods are different alerts.
 */
function contentKey(content: Omit<AlertContent, 'id'>): string {
  const scopes = content.scopes.map((s) => [s.line, s.stop, s.direction].join('/')).sort()
  const header = (content.headers[0] ?? content.descriptions[0])?.text.toLowerCase().replace(/\s+/g, ' ') ?? ''
  const identity = JSON.stringify([content.effect, scopes, content.periods, header])
  return createHash('sha256').update(identity).digest('hex').slice(0, 20)
}
