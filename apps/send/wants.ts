import type { Disruption } from '#domain/disruption'
import { type Slot, type SlotReason, triedMark } from '#domain/slot'
import { judgeFacts } from './judgeFacts'
import { newestByte } from './told'

/** Ends that the next message to this rider meets as well: the address, the account or the text stand in the way. */
const forGood: ReadonlySet<SlotReason> = new Set(['GONE', 'REJECTED', 'NO_ADDRESS', 'NO_CHANNEL'])
/** Ends that were right at their time, of riders who have been told before. */
const forNow: ReadonlySet<SlotReason> = new Set(['PAUSED', 'OUT_OF_WINDOW'])

/**
 * Whether a slot that has come to an end is looked at again for this revision (its byte). A dead letter is, when the revision is another one
 * than it died of: a restart alone revives nothing. So is who was told before and was suppressed for now.
 */
export function wantsRevision(slot: Slot, byte: number): boolean {
  if (slot.told >= byte) return false
  if (slot.state === 'SUPPRESSED') return slot.told > 0 && forNow.has(slot.reason)
  const { tried = 0 } = slot
  return slot.state === 'FAILED' && !forGood.has(slot.reason) && tried !== 0 && tried !== triedMark(byte)
}

/** Whether a slot has no end although the facts (now: epoch seconds) say that it is to be told: then somebody has to look at it. */
export function isUnfinished(slot: Slot, d: Disruption, now: number): boolean {
  if (slot.state === 'PENDING' || slot.state === 'CLAIMED' || slot.state === 'PARKED') return true
  return slot.state === 'SENT' && slot.told < newestByte(d) && judgeFacts(slot, d, now) === 'send'
}
