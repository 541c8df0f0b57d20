import type { Outcome } from '#channels/messenger'
import type { Random } from '#domain/ports'
import { type Slot, type SlotReason, triedMark } from '#domain/slot'
import type { End } from './judgeFacts'
import { maxRounds, parkDelay, unknownDelay } from './retry'

/** What became of a claimed slot: an attempt's outcome, an end without one, or given back untouched (account blocked, shutdown). */
export type Result =
  | { readonly kind: 'attempted'; readonly outcome: Outcome; readonly told: number }
  | { readonly kind: 'ended'; readonly end: End }
  | { readonly kind: 'nothing new' }
  | { readonly kind: 'given back' }

export interface Settled {
  readonly change: Partial<Slot>
  /** Milliseconds until the next attempt, of a parked slot. */
  readonly parkMs?: number
}

export interface Settling {
  readonly slot: Slot
  readonly dedupes: boolean
  /** The alert is one of safety: no time is lost on asking whether it arrived. */
  readonly severe: boolean
  /** From the opening of the cohort until now. */
  readonly afterMs: number
  /** Until the account may be used again, of an account that was halted. */
  readonly haltMs: number
  readonly random: Random
}

/** The next state of a claimed slot. Waiting for an account is not an attempt. */
export function settle(result: Result, s: Settling): Settled {
  switch (result.kind) {
    case 'attempted':
      return settleOutcome(result.outcome, result.told, s)
    case 'ended':
      return { change: endOf(result.end, s.slot) }
    case 'nothing new':
      return { change: { state: 'SENT', reason: 'NONE' } }
    case 'given back':
      return { change: untouched(s.slot) }
  }
}

/** What was told stays told when the disruption is withdrawn. */
export const endOf = (end: End, slot: Slot): Partial<Slot> => (end.reason === 'WITHDRAWN' && slot.told > 0 ? { state: 'SENT' } : end)

function settleOutcome(outcome: Outcome, told: number, s: Settling): Settled {
  switch (outcome.kind) {
    case 'sent':
      return { change: { state: 'SENT', reason: 'NONE', told, ...firstTime(s) } }
    case 'retry':
      return parked(outcome.reason, told, s, outcome.afterMs)
    case 'unknown':
      return unknown(told, s)
    case 'frozen':
      return { change: untouched(s.slot) }
    case 'halt':
      return { change: { state: 'PARKED', reason: 'UNAUTHORIZED', attempts: s.slot.attempts - 1 }, parkMs: s.haltMs }
    case 'gone':
      return deadLetter('GONE', told)
    case 'failed':
      return deadLetter(outcome.reason, told)
  }
}

const firstTime = ({ slot, afterMs }: Settling): Partial<Slot> =>
  slot.told === 0 ? { sentAfterTenths: Math.max(0, Math.round(afterMs / 100)) } : {}

const untouched = (slot: Slot): Partial<Slot> => ({ state: slot.told > 0 ? 'SENT' : 'PENDING', attempts: Math.max(0, slot.attempts - 1) })

/** It keeps the mark of the revision that it died of: the next one is another message, and gets another chance (wants.ts). */
const deadLetter = (reason: SlotReason, told: number): Settled => ({ change: { state: 'FAILED', reason, tried: triedMark(told) } })

function parked(reason: SlotReason, told: number, { slot, random }: Settling, afterMs = 0): Settled {
  if (slot.attempts >= maxRounds) return deadLetter('TOO_MANY_ATTEMPTS', told)
  const kept = slot.reason === 'UNKNOWN_OUTCOME' ? slot.reason : reason
  return { change: { state: 'PARKED', reason: kept }, parkMs: parkDelay(slot.attempts, random, afterMs) }
}

/**
 * It may have arrived. Where the other side recognises a repetition, it is simply repeated; elsewhere once more: a rider would rather read it
 * twice than not at all, but not ten times. After a while, in which a late answer of the other side may pass, but at once when it is severe.
 */
function unknown(told: number, s: Settling): Settled {
  if (s.dedupes) return parked('UNKNOWN_OUTCOME', told, s)
  if (s.slot.reason === 'UNKNOWN_OUTCOME') return deadLetter('UNKNOWN_OUTCOME', told)
  const parkMs = s.severe ? parkDelay(1, s.random) : unknownDelay(s.random)
  return { change: { state: 'PARKED', reason: 'UNKNOWN_OUTCOME' }, parkMs }
}
