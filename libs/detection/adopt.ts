import type { Disruption } from '#domain/disruption'
import type { AlertEntry } from './feedAlerts'
import { type LineState, newLineState } from './lineState'
import { type RuleMemory, type Situation, idle } from './memory'

/** A line whose state was lost, with what the topic says is open on it. Its trips are unknown until the next key frame. */
export function adoptedLine(before: LineState | undefined, situation: Situation): LineState {
  const d = situation.disruption
  const state = before ?? newLineState(d.scopes[0]?.line ?? '')
  const at = d.revisions.at(-1)?.at ?? d.suspectedAt
  const memory: RuleMemory = {
    ...idle,
    phase: d.state === 'SUSPECTED' ? 'SUSPECTED' : 'OPEN',
    streak: d.state === 'SUSPECTED' ? 1 : 0,
    judgedAt: at,
    evidenceAt: at,
    situation,
    told: toldIn(d),
  }
  return { ...state, memories: { ...state.memories, [d.rule]: memory } }
}

/** What riders were told last, from the trips in its evidence. */
function toldIn(d: Disruption): RuleMemory['told'] {
  const evidence = JSON.parse(d.evidence || '{}') as Record<string, { readonly late?: readonly { readonly delay: number }[] } | undefined>
  const delays = ((evidence.newest ?? evidence.opened)?.late ?? []).map((t) => t.delay)
  return delays.length > 0 ? { low: Math.min(...delays), high: Math.max(...delays) } : idle.told
}

/** An operator's alert that is open according to the topic: it ends when the feed says that it is gone, or by its own end. */
export function adoptedAlert(d: Disruption, situation: Situation): AlertEntry {
  const source = JSON.parse(d.evidence || '{}') as { feed?: string; alert?: string }
  const { operator, scopes, effect, cause, severity } = d
  const alert = {
    operator, feed: source.feed ?? '', epoch: 0, seq: 0, feedTime: d.openedAt, id: source.alert ?? d.id, gone: false, scopes, effect, cause,
    severity, periods: d.impact, headers: d.texts, descriptions: [],
  } // prettier-ignore
  return { alert, goneFor: 0, ticked: 0, situation, changed: false, adopted: true }
}
