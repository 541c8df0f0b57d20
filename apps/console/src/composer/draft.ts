import { type Cause, type Effect, type Severity, bothDirections, effects } from '#domain/disruption'
import type { NoticeDraft } from '../api/api'
import { untilOf } from './UntilSelect'
import { written } from './OwnTexts'

/** What stands in the composer. */
export interface NoticeForm {
  readonly effect: Effect
  readonly cause: Cause
  readonly severity: Severity
  /** A choice of UntilSelect: it becomes a time when the notice is sent. */
  readonly until: string
  readonly wholeNetwork: boolean
  readonly lines: readonly string[]
  /** Of the one line, where one is chosen. */
  readonly scope: LineScope
  readonly texts: Readonly<Record<string, string>>
}

export interface LineScope {
  readonly direction: number
  readonly fromStop: string
  readonly toStop: string
}

export const wholeLine: LineScope = { direction: bothDirections, fromStop: '', toStop: '' }

export const emptyForm = (line: string | undefined): NoticeForm => ({
  effect: 'SIGNIFICANT_DELAYS',
  cause: 'UNKNOWN_CAUSE',
  severity: 'WARNING',
  until: 'unknown',
  wholeNetwork: false,
  lines: line ? [line] : [],
  scope: wholeLine,
  texts: {},
})

/** Why it cannot be sent yet; undefined: it can. */
export function missing({ wholeNetwork, lines, scope }: NoticeForm): 'lines' | 'section' | undefined {
  if (wholeNetwork) return undefined
  if (lines.length === 0) return 'lines'
  return lines.length === 1 && (scope.fromStop === '') !== (scope.toStop === '') ? 'section' : undefined
}

export function draftOf(form: NoticeForm, timezone: string): NoticeDraft {
  const { effect, cause, severity, wholeNetwork, lines, scope } = form
  const each = lines.length === 1 ? scope : wholeLine
  return {
    lines: wholeNetwork ? [] : lines.map((line) => ({ line, ...each })),
    wholeNetwork,
    effect,
    cause,
    severity,
    until: untilOf(form.until, timezone),
    texts: written(form.texts),
  }
}

/** What staff choose from; the one that stands, too. */
export const offeredEffects = (standing?: Effect): readonly Effect[] =>
  effects.filter((e) => e === standing || (e !== 'UNKNOWN_EFFECT' && e !== 'NO_EFFECT'))
