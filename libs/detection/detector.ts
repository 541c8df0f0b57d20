import type { Disruption, Rule } from '#domain/disruption'
import type { Frame, Tick } from '#domain/frame'
import type { Line } from '#domain/line'
import type { Notice, Observation, OperatorAlert } from '#domain/observation'
import { adoptedAlert, adoptedLine } from './adopt'
import { coveredByIn, coversAt } from './covered'
import { type AlertEntries, type AlertEntry, alertsAtTick, withAlert } from './feedAlerts'
import { type LineState, type LineStep, memoryOf, newLineState, withFrame, withTick, withoutCover } from './lineState'
import { type RuleMemory, type Situation, muted } from './memory'
import { type DetectorSettings, policyOf } from './settings'
import { isTimeTick } from './timeTick'
import { type Change, put, settled } from './situation'
import { type ActOutcome, type ActReason, applyAct } from './staffActs'
import { decodeAlerts, decodeLineState, decodeSituation, encodeAlerts, encodeLineState, encodeSituation } from './stateCodec'

/** What an observation led to. `ignored`: an act of staff that changed nothing, and why. */
export interface Applied {
  readonly changes: readonly Change[]
  readonly ignored?: ActReason
}

/** A piece of the detector's state; undefined: it is no longer needed. Names: `line/ID`, `alerts`, `notice/ID`. */
export interface StatePiece {
  readonly name: string
  readonly value: Uint8Array | undefined
}

/**
 * Pieces in the order in which they have to become durable: each portion before any piece of the next one. Lines are judged by what alerts and
 * notices say (covered.ts); stored first, they can only be ahead of those, and leave alone what they have seen. Within a portion any order does.
 */
export const portionsOf = (pieces: readonly StatePiece[]): (readonly StatePiece[])[] =>
  [pieces.filter((p) => isLine(p.name)), pieces.filter((p) => !isLine(p.name))].filter((portion) => portion.length > 0)

const isLine = (name: string): boolean => name.startsWith('line/')

const noticesKeptSeconds = 30 * 24 * 3600
const nothing: Applied = { changes: [] }

/**
 * The detector of one operator: observations in, disruption changes out. No I/O and no clock; time is the feed's. Lines, alerts and notices are
 * pieces that know for themselves what they have seen, so that an observation that comes twice changes nothing, and pieces can be stored one by
 * one. One instance, one caller at a time.
 */
export class OperatorDetector {
  private readonly lines = new Map<string, LineState>()
  private readonly notices = new Map<string, Situation>()
  private alerts: AlertEntries = new Map()
  private readonly dirty = new Set<string>()

  constructor(
    private readonly settings: DetectorSettings,
    /** What ingest says about a line; names only, nothing is decided by it but the mode's threshold. */
    private readonly lineInfo: (line: string) => Line | undefined,
  ) {}

  apply(observation: Observation): Applied {
    switch (observation.kind) {
      case 'frame':
        return this.applyFrame(observation.frame)
      case 'tick':
        return this.applyTick(observation.tick)
      case 'alert':
        return this.applyAlert(observation.alert)
      case 'notice':
        return this.applyNotice(observation.notice)
    }
  }

  /** Takes pieces that were stored; those that cannot be read are as if they had been lost. */
  restore(pieces: readonly { readonly name: string; readonly value: Uint8Array }[]): void {
    for (const { name, value } of pieces) {
      if (name === 'alerts') this.alerts = decodeAlerts(value) ?? this.alerts
      else if (isLine(name)) this.restoreLine(decodeLineState(value))
      else if (name.startsWith('notice/')) this.restoreNotice(decodeSituation(value))
    }
  }

  /** After the whole state was lost: takes over what is open according to the topic, so that it can still be ended. */
  adopt(disruptions: readonly Disruption[]): void {
    for (const d of disruptions.filter((d) => d.state !== 'CLOSED')) {
      const coveredBy = coveredByIn(d)
      const held = d.publication === 'HELD' && coveredBy !== undefined
      const situation: Situation = {
        disruption: d,
        acts: [],
        byStaff: d.origin === 'DECLARED',
        confirmed: false,
        ...(held && { coveredBy }),
      }
      if (d.origin === 'DECLARED') this.setNotice(d.id, situation)
      else if (d.origin === 'FEED') this.adoptAlert(adoptedAlert(d, situation))
      else this.setLine(adoptedLine(this.lines.get(d.scopes[0]?.line ?? ''), situation))
    }
  }

  /** The pieces that changed since they were last taken, to be stored in the order of `portionsOf`. Each is encoded when its value is read: a city's lines at once would hold up others. */
  takeChanged(): StatePiece[] {
    const names = [...this.dirty].sort()
    this.dirty.clear()
    const encoded = (name: string) => this.piece(name)
    return names.map((name) => ({
      name,
      get value() {
        return encoded(name)
      },
    }))
  }

  /** All pieces. */
  pieces(): StatePiece[] {
    const names = [...[...this.lines.keys()].map((id) => `line/${id}`), ...[...this.notices.keys()].map((id) => `notice/${id}`), 'alerts']
    return names.sort().map((name) => ({ name, value: this.piece(name) }))
  }

  private applyFrame(frame: Frame): Applied {
    const before = this.lines.get(frame.line) ?? newLineState(frame.line)
    const after = withFrame(before, frame)
    if (after !== before) this.setLine(after)
    return nothing
  }

  /** While a feed is held, stale or down nothing opens and nothing closes. */
  private applyTick(tick: Tick): Applied {
    this.forgetOld(tick.feedTime)
    if (isTimeTick(tick)) return this.timePasses(tick.feedTime)
    if (tick.state !== 'OK') return nothing
    const alerts = alertsAtTick(this.alerts, tick, this.settings)
    if (alerts.entries !== this.alerts) this.setAlerts(alerts.entries)
    const covers = coversAt(this.declared(), tick.feedTime)
    const changes = this.uncovered(alerts.changes, tick.feedTime, tick.feed)
    for (const before of this.linesInOrder()) {
      const step = withTick(before, tick, this.settings, this.lineInfo(before.line), covers)
      this.afterTick(before, step)
      changes.push(...step.changes)
    }
    return { changes: [...changes, ...alerts.changes] }
  }

  /** What was held under something that ends by these changes, told before its end is. */
  private uncovered(ends: readonly Change[], now: number, feed = ''): Change[] {
    const ended = new Set(ends.filter((c) => c.disruption.state === 'CLOSED').map((c) => c.disruption.id))
    if (ended.size === 0) return []
    const covers = coversAt(this.declared(), now)
    return this.linesInOrder().flatMap((before) => {
      const view = { settings: this.settings, info: this.lineInfo(before.line), covers, now }
      const { state, changes } = withoutCover(before, ended, feed, view)
      if (state !== before) this.setLine(state)
      return [...changes]
    })
  }

  /** What the operator's feed and its staff say. */
  private declared(): Situation[] {
    return [...[...this.alerts.values()].flatMap((entry) => entry.situation ?? []), ...this.notices.values()]
  }

  /** A tick that taught the rules nothing need not be stored: should it come again, it teaches nothing again. */
  private afterTick(before: LineState, step: LineStep): void {
    if (step.state.memories === before.memories) this.lines.set(before.line, step.state)
    else this.setLine(step.state)
  }

  /** What time brings to the notices of staff, which need no feed: scheduled ones are told, declared ends close. */
  private timePasses(now: number): Applied {
    const changes: Change[] = []
    for (const [id, before] of this.notices) {
      const after = settled(before, now)
      if (after === before) continue
      this.setNotice(id, after)
      changes.push(put(after))
    }
    return { changes: [...this.uncovered(changes, now), ...changes] }
  }

  /** By then the topic has a tombstone for them, and no act can come twice any more. */
  private forgetOld(now: number): void {
    for (const [id, { disruption }] of this.notices) {
      if (disruption.state !== 'CLOSED' || disruption.closedAt + noticesKeptSeconds > now) continue
      this.notices.delete(id)
      this.dirty.add(`notice/${id}`)
    }
  }

  private applyAlert(alert: OperatorAlert): Applied {
    const after = withAlert(this.alerts, alert)
    if (after !== this.alerts) this.setAlerts(after)
    return nothing
  }

  private applyNotice(notice: Notice): Applied {
    const owner = this.ownerOf(notice.disruption)
    const existing = owner && settled(owner.situation, notice.at)
    const outcome = applyAct(existing, notice, policyOf(this.settings.policy, 'NOTICE'))
    if (outcome.kind === 'ignored') return { changes: [], ignored: outcome.reason }
    const keep = owner?.keep ?? ((s: Situation) => this.setNotice(notice.disruption, s))
    keep(outcome.situation)
    const changes = isVisible(existing, outcome) ? [put(outcome.situation)] : []
    return { changes: [...this.uncovered(changes, notice.at), ...changes] }
  }

  /** Who holds a disruption, and how it is put back there. */
  private ownerOf(id: string): { situation: Situation; keep: (s: Situation) => void } | undefined {
    const notice = this.notices.get(id)
    if (notice) return { situation: notice, keep: (s) => this.setNotice(id, s) }
    for (const [alertId, entry] of this.alerts) {
      if (entry.situation?.disruption.id !== id) continue
      return { situation: entry.situation, keep: (s) => this.setAlerts(new Map(this.alerts).set(alertId, { ...entry, situation: s })) }
    }
    for (const state of this.lines.values()) {
      for (const [rule, memory] of Object.entries(state.memories) as [Rule, RuleMemory][]) {
        if (memory.situation?.disruption.id !== id) continue
        return { situation: memory.situation, keep: (s) => this.setMemory(state, rule, s) }
      }
    }
    return undefined
  }

  private setMemory(state: LineState, rule: Rule, situation: Situation): void {
    const before = memoryOf(state, rule)
    const after = situation.disruption.state === 'CLOSED' && before.phase !== 'MUTED' ? muted(before, situation) : { ...before, situation }
    this.setLine({ ...state, memories: { ...state.memories, [rule]: after } })
  }

  private setLine(state: LineState): void {
    this.lines.set(state.line, state)
    this.dirty.add(`line/${state.line}`)
  }

  private setAlerts(entries: AlertEntries): void {
    this.alerts = entries
    this.dirty.add('alerts')
  }

  private adoptAlert(entry: AlertEntry): void {
    this.setAlerts(new Map(this.alerts).set(entry.alert.id, entry))
  }

  private setNotice(id: string, situation: Situation): void {
    this.notices.set(id, situation)
    this.dirty.add(`notice/${id}`)
  }

  private restoreLine(state: LineState | undefined): void {
    if (state) this.lines.set(state.line, state)
  }

  private restoreNotice(situation: Situation | undefined): void {
    if (situation) this.notices.set(situation.disruption.id, situation)
  }

  private linesInOrder(): LineState[] {
    return [...this.lines.values()].sort((a, b) => (a.line < b.line ? -1 : 1))
  }

  private piece(name: string): Uint8Array | undefined {
    if (name === 'alerts') return encodeAlerts(this.alerts)
    const id = name.slice(name.indexOf('/') + 1)
    if (isLine(name)) return mapped(this.lines.get(id), encodeLineState)
    return mapped(this.notices.get(id), encodeSituation)
  }
}

const mapped = <A, B>(value: A | undefined, map: (value: A) => B): B | undefined => (value === undefined ? undefined : map(value))

/** An act that only the detector remembers (a suspicion confirmed beforehand) is not published. */
const isVisible = (before: Situation | undefined, outcome: ActOutcome & { kind: 'applied' }): boolean =>
  outcome.situation.disruption !== before?.disruption
