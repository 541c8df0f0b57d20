import { createHash } from 'node:crypto'
import { type Cause, type Effect, type Period, type Severity, causes, effects } from '#domain/disruption'
import type { OperatorAlert } from '#domain/observation'
import { transit_realtime } from 'gtfs-realtime-bindings'
import { resolveScopes } from './alertScopes'
import { maxDescription, maxHeader, textsOf } from './alertText'
import type { LineBook } from './lineBook'

/** An operator's alert as far as its own bytes and the timetable tell. */
export type AlertContent = Omit<OperatorAlert, 'operator' | 'feed' | 'epoch' | 'seq' | 'feedTime' | 'gone'>

export type AlertOutcome =
  | { readonly kind: 'alert'; readonly content: AlertContent; readonly unknownSelectors: number }
  | { readonly kind: 'reject'; readonly reason: AlertReject }

export type AlertReject = 'ALERT_NOT_DECODABLE' | 'ALERT_SAYS_NOTHING' | 'ALERT_PERIOD_REVERSED' | 'ALERT_PERIOD_IN_MILLISECONDS'

const laterThanAnyDate = 1e11

/** Alert bytes → content, by the bindings (alerts are few, and their semantics many). Never throws. */
export function readAlert(book: LineBook, bytes: Uint8Array): AlertOutcome {
  let alert: transit_realtime.Alert
  try {
    alert = transit_realtime.Alert.decode(bytes)
  } catch {
    return { kind: 'reject', reason: 'ALERT_NOT_DECODABLE' }
  }
  return judged(book, alert)
}

function judged(book: LineBook, alert: transit_realtime.Alert): AlertOutcome {
  const periods = periodsOf(alert)
  if (periods.some((p) => p.start > laterThanAnyDate || p.end > laterThanAnyDate))
    return { kind: 'reject', reason: 'ALERT_PERIOD_IN_MILLISECONDS' }
  if (periods.some((p) => p.end > 0 && p.end < p.start)) return { kind: 'reject', reason: 'ALERT_PERIOD_REVERSED' }
  const effect = effectOf(alert)
  const headers = textsOf(alert.headerText?.translation, maxHeader)
  const descriptions = textsOf(alert.descriptionText?.translation, maxDescription)
  const { scopes, unknown, unselective } = resolveScopes(book, alert.informedEntity ?? [])
  if (headers.length + descriptions.length === 0 && (effect === 'UNKNOWN_EFFECT' || unselective))
    return { kind: 'reject', reason: 'ALERT_SAYS_NOTHING' }
  const content = {
    scopes,
    effect,
    cause: causeOf(alert),
    severity: unselective ? 'INFO' : severityOf(alert, effect),
    periods,
    headers,
    descriptions,
  }
  return { kind: 'alert', content: { id: contentKey(content), ...content }, unknownSelectors: unknown }
}

/** When service is affected; active_period is the older way to say it. Start missing = since ever, end missing = open. */
function periodsOf(alert: transit_realtime.Alert): Period[] {
  const given = alert.impactPeriod?.length ? alert.impactPeriod : (alert.activePeriod ?? [])
  return given.map((period) => ({ start: Number(period.start ?? 0), end: Number(period.end ?? 0) }))
}

const effectOf = (alert: transit_realtime.Alert): Effect => effectByNumber.get(alert.effect) ?? 'UNKNOWN_EFFECT'
const causeOf = (alert: transit_realtime.Alert): Cause => causeByNumber.get(alert.cause) ?? 'UNKNOWN_CAUSE'

const effectByNumber = new Map(effects.map((effect) => [transit_realtime.Alert.Effect[effect] as number, effect]))
const causeByNumber = new Map(causes.map((cause) => [transit_realtime.Alert.Cause[cause] as number, cause]))

/** Given, else by the effect: most operators leave it out. */
function severityOf(alert: transit_realtime.Alert, effect: Effect): Severity {
  const level = transit_realtime.Alert.SeverityLevel
  if (alert.severityLevel === level.INFO) return 'INFO'
  if (alert.severityLevel === level.WARNING) return 'WARNING'
  if (alert.severityLevel === level.SEVERE) return 'SEVERE'
  return derived.get(effect) ?? 'INFO'
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
