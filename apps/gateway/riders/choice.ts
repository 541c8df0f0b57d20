import type { Severity } from '#domain/disruption'
import { severities } from '#domain/disruption'
import type { Line } from '#domain/line'
import { type Language, languages } from '#domain/operator'
import { type ChannelName, type Subscription, type Window, lineScopeKey } from '#domain/rider'
import { allLine, maxSubscriptions } from './edits'

/** What a rider chose on a page; the channel's address is checked apart from it. */
export interface Choice {
  readonly subscriptions: readonly Subscription[]
  readonly language: Language
}

/** Field names with the name of what is wrong there (pages/words.ts has the sentences). */
export type FieldErrors = Readonly<Partial<Record<'line' | 'channel' | 'email' | 'url', FaultName>>>
export type FaultName = 'NO_LINE' | 'TOO_MANY_LINES' | 'NO_CHANNEL' | 'BAD_EMAIL' | 'MAIL_NOT_SENT' | 'BAD_URL' | 'UNREACHABLE_URL'

/** A posted form: a field, or several of one name. */
export type Form = Readonly<Record<string, unknown>>

/** Monday to Friday, 6–9 and 15–19. */
export const commute: readonly Window[] = [
  { days: 31, from: 360, until: 540 },
  { days: 31, from: 900, until: 1140 },
]

export const field = (form: Form, name: string): string => {
  const value = form[name]
  return typeof value === 'string' ? value.trim() : ''
}

export const fields = (form: Form, name: string): string[] => {
  const value = form[name]
  return (Array.isArray(value) ? value : [value]).filter((v): v is string => typeof v === 'string')
}

/** Lines, directions, times, severity and language of a form. `before`: what stands already, for filters that the form leaves as they are. */
export function readChoice(
  form: Form,
  lines: readonly Line[],
  channel: ChannelName,
  fallback: Language,
  before: readonly Subscription[] = [],
): { readonly choice: Choice; readonly errors: FieldErrors } {
  const wanted = new Set(fields(form, 'line'))
  const chosen = lines.filter((l) => wanted.has(l.id))
  const subscriptions = chosen.map((line) => subscriptionOf(form, line, channel, before))
  return { choice: { subscriptions, language: languageOf(form, fallback) }, errors: lineErrors(chosen.length) }
}

function lineErrors(count: number): FieldErrors {
  if (count === 0) return { line: 'NO_LINE' }
  return count > maxSubscriptions ? { line: 'TOO_MANY_LINES' } : {}
}

function subscriptionOf(form: Form, line: Line, channel: ChannelName, before: readonly Subscription[]): Subscription {
  const old = before.find((s) => s.scope === lineScopeKey(line.id)) ?? allLine(line.id, channel)
  const direction = Number(field(form, `direction-${line.id}`) || old.direction)
  return {
    ...old,
    channel,
    direction: line.directions.some((d) => d.id === direction) ? direction : 2,
    windows: windowsOf(field(form, 'times'), old.windows),
    minSeverity: severityOf(field(form, 'severity')) ?? old.minSeverity,
  }
}

function windowsOf(times: string, old: readonly Window[]): readonly Window[] {
  if (times === 'always') return []
  return times === 'commute' ? commute : old
}

const severityOf = (text: string): Severity | undefined => severities.find((s) => s === text)
export const languageOf = (form: Form, fallback: Language): Language => languages.find((l) => l === field(form, 'language')) ?? fallback

/** Which preset these windows are. */
export function timesOf(windows: readonly Window[]): 'always' | 'commute' | 'own' {
  if (windows.length === 0) return 'always'
  return JSON.stringify(windows.map(({ days, from, until }) => [days, from, until])) === commuteText ? 'commute' : 'own'
}
const commuteText = JSON.stringify(commute.map(({ days, from, until }) => [days, from, until]))

/** One address, without anything that a mail header could be bent with (RFC 5321: at most 254 characters). */
export const isEmail = (text: string): boolean =>
  text.length <= 254 &&
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/.test(text)

/** https without credentials; http only where private endpoints are allowed (tests, the demo). */
export function isWebhookUrl(text: string, allowPrivate: boolean): boolean {
  if (text.length > 500 || !URL.canParse(text)) return false
  const url = new URL(text)
  const scheme = url.protocol === 'https:' || (allowPrivate && url.protocol === 'http:')
  return scheme && url.username === '' && url.password === ''
}
