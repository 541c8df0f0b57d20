import { type Disruption, newest } from '#domain/disruption'
import type { Slot, SlotReason, SlotState } from '#domain/slot'
import { declaredEnd, newestByte } from './told'

/** An end of a slot, or of this revision for it, without a message. */
export interface End {
  readonly state: SlotState
  readonly reason: SlotReason
}

/**
 * What the facts alone say about a slot (now: epoch seconds): `send`; `told` when there is nothing new for it; an end. Law: nothing after the
 * declared end, no all-clear for what was never told, nothing of what was withdrawn. An estimate ends nothing.
 */
export function judgeFacts(slot: Pick<Slot, 'told'>, d: Disruption, now: number): 'send' | 'told' | End {
  if (d.publication === 'WITHDRAWN') return { state: 'SUPPRESSED', reason: 'WITHDRAWN' }
  if (slot.told > 0 && slot.told >= newestByte(d)) return 'told'
  const end = declaredEnd(d)
  if (end > 0 && now >= end) return { state: 'EXPIRED', reason: 'ENDED' }
  const closed = d.state === 'CLOSED' || newest(d)?.closing === true
  if (closed && slot.told === 0) return { state: 'SUPERSEDED', reason: 'CLOSED_BEFORE_TOLD' }
  return 'send'
}
