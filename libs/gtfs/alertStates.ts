import { createHash } from 'node:crypto'
import type { AlertContent, AlertOutcome } from './alerts'

/** An alert that a feed holds, under the id by which it was first told. */
export interface AlertState {
  readonly id: string
  readonly entity: string
  readonly content: AlertContent
}

export interface AlertChanges {
  readonly states: ReadonlyMap<string, AlertState>
  readonly changed: readonly AlertState[]
  readonly gone: readonly AlertState[]
  readonly duplicates: number
}

/**
 * The alerts of a believed snapshot against those of the last one. Equal content is the same alert, whatever its entity id. An alert whose
 * content is new but whose entity id belonged to one that is missing now, with the same effect and a line in common, is that one edited: it
 * keeps its id, so that riders get an update and not an all-clear with a new alert.
 */
export function compareAlerts(
  before: ReadonlyMap<string, AlertState>,
  now: readonly { entity: string; content: AlertContent }[],
): AlertChanges {
  const states = new Map<string, AlertState>()
  const contents = new Map<string, { entity: string; content: AlertContent }>()
  for (const alert of apart(now)) contents.set(alert.content.id, alert)
  const known = new Map([...before.values()].map((state) => [state.content.id, state]))
  const missing = new Map([...before.values()].filter((s) => !contents.has(s.content.id)).map((state) => [state.entity, state]))
  const changed: AlertState[] = []
  for (const alert of contents.values()) {
    const same = known.get(alert.content.id)
    const edited = same ? undefined : earlier(missing, alert)
    if (edited) missing.delete(alert.entity)
    const state = { id: same?.id ?? edited?.id ?? alert.content.id, entity: alert.entity, content: alert.content }
    if (states.has(state.id)) Object.assign(state, { id: alert.content.id })
    states.set(state.id, state)
    if (!same || !sameContent(same.content, alert.content)) changed.push(state)
  }
  const gone = [...before.values()].filter((state) => !states.has(state.id))
  return { states, changed, gone, duplicates: now.length - contents.size }
}

/** Alerts that only their descriptions tell apart (two lifts at one station) get ids that count these too. */
function apart(alerts: readonly { entity: string; content: AlertContent }[]): readonly { entity: string; content: AlertContent }[] {
  const texts = new Map<string, Set<string>>()
  for (const { content } of alerts) texts.set(content.id, (texts.get(content.id) ?? new Set()).add(JSON.stringify(content.descriptions)))
  return alerts.map(({ entity, content }) => {
    if ((texts.get(content.id)?.size ?? 0) < 2) return { entity, content }
    const id = createHash('sha256')
      .update(JSON.stringify([content.id, content.descriptions]))
      .digest('hex')
      .slice(0, 20)
    return { entity, content: { ...content, id } }
  })
}

function earlier(missing: ReadonlyMap<string, AlertState>, alert: { entity: string; content: AlertContent }): AlertState | undefined {
  const state = missing.get(alert.entity)
  if (!state || state.content.effect !== alert.content.effect) return undefined
  const lines = new Set(state.content.scopes.map((s) => s.line))
  const common = alert.content.scopes.some((s) => lines.has(s.line)) || (lines.size === 0 && alert.content.scopes.length === 0)
  return common ? state : undefined
}

const sameContent = (a: AlertContent, b: AlertContent): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** Outcomes by the alert's bytes, so that only alerts that changed are decoded. */
export class AlertCache {
  private old = new Map<string, AlertOutcome>()
  private fresh = new Map<string, AlertOutcome>()

  read(bytes: Buffer, decode: (bytes: Buffer) => AlertOutcome): AlertOutcome {
    const key = bytes.toString('latin1')
    const known = this.fresh.get(key) ?? this.old.get(key) ?? decode(bytes)
    this.fresh.set(key, known)
    return known
  }

  /** Forgets what the last snapshot did not hold. */
  turn(): void {
    this.old = this.fresh
    this.fresh = new Map()
  }

  clear(): void {
    this.old = new Map()
    this.fresh = new Map()
  }
}
