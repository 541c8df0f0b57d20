import type { CohortReceipt } from '#domain/packedReceipts'
import { type ReceiptKind, receiptKinds } from '#domain/receipt'
import type { Slot } from '#domain/slot'

const bitOf = (kind: ReceiptKind): number => 1 << receiptKinds.indexOf(kind)

/** What a receipt says beside itself: nobody reads what has not come, nobody clicks what he does not see. */
const implied: Readonly<Record<ReceiptKind, number>> = {
  DELIVERED: 0,
  READ: bitOf('DELIVERED'),
  CLICKED: bitOf('DELIVERED') | bitOf('READ'),
  BLOCKED: 0,
}
const openedBits = bitOf('READ') | bitOf('CLICKED')

/**
 * What a receipt changes of a slot, in whatever order and however often receipts come; undefined: no news. "Opened after" counts whole minutes
 * from the first message to the earliest reading or click that was reported.
 */
export function mergeReceipt(
  slot: Slot,
  { kind, at }: CohortReceipt,
  openedAtMs: number,
): Pick<Slot, 'receipts' | 'openedAfterMinutes'> | undefined {
  const receipts = slot.receipts | bitOf(kind) | implied[kind]
  const after = Math.max(0, Math.min(255, Math.floor((at - openedAtMs / 1000 - slot.sentAfterTenths / 10) / 60)))
  const isFirst = (slot.receipts & openedBits) === 0
  const opened = (bitOf(kind) & openedBits) === 0 ? slot.openedAfterMinutes : isFirst ? after : Math.min(slot.openedAfterMinutes, after)
  if (receipts === slot.receipts && opened === slot.openedAfterMinutes) return undefined
  return { receipts, openedAfterMinutes: opened }
}

/** Whether the slot does not know this yet, not even by what another receipt implied. */
export const isNews = (slot: Slot, kind: ReceiptKind): boolean => (slot.receipts & bitOf(kind)) === 0
