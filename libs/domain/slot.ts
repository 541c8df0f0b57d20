/**
 * The state of one rider of a cohort, 8 bytes, little endian: ledger and queue in one.
 *   0 state u8 | 1 told u8 (revision last sent, 0 none; past 255 it stays) | 2 attempts:4 tried:4 | 3 reason u8
 *   4 receipts u8 (bits) | 5 opened after minutes u8 | 6 sent after tenths of a second u16 (from opening; saturates)
 */
export const slotBytes = 8
export const slotsPerChunk = 256

/**
 * PENDING may be sent. CLAIMED: an attempt is under way; found after a crash, its outcome is unknown. SENT: `told` was handed over.
 * PARKED: waits for a retry. The others are ends: FAILED (dead letter), EXPIRED (past the declared end), SUPERSEDED (closed before it was
 * ever told), SUPPRESSED (stopped, erased, paused or out of its window).
 */
export const slotStates = ['PENDING', 'CLAIMED', 'SENT', 'PARKED', 'FAILED', 'EXPIRED', 'SUPERSEDED', 'SUPPRESSED'] as const
export type SlotState = (typeof slotStates)[number]

/** Why a slot is where it is; index = byte 3; append only. */
export const slotReasons = [
  'NONE', 'RATE_LIMITED', 'UNREACHABLE', 'TIMEOUT', 'SERVER_ERROR', 'REJECTED', 'GONE', 'UNAUTHORIZED', 'STOPPED', 'ERASED', 'PAUSED',
  'OUT_OF_WINDOW', 'ENDED', 'CLOSED_BEFORE_TOLD', 'TOO_MANY_ATTEMPTS', 'NO_ADDRESS', 'NO_CHANNEL', 'WITHDRAWN', 'UNKNOWN_OUTCOME',
] as const // prettier-ignore
export type SlotReason = (typeof slotReasons)[number]

export interface Slot {
  readonly state: SlotState
  readonly told: number
  /** Saturates at 15. */
  readonly attempts: number
  /** The mark (`triedMark`) of the revision that ended as a dead letter; 0 none. */
  readonly tried?: number
  readonly reason: SlotReason
  readonly receipts: number
  readonly openedAfterMinutes: number
  readonly sentAfterTenths: number
}

/** Four bits of a revision byte, 1–15: enough to tell whether a dead letter is about this revision or an older one. */
export const triedMark = (revision: number): number => (revision === 0 ? 0 : ((revision - 1) % 15) + 1)

export function writeSlot(into: Buffer, index: number, s: Slot): void {
  const at = index * slotBytes
  into.writeUInt8(slotStates.indexOf(s.state), at)
  into.writeUInt8(Math.min(s.told, 255), at + 1)
  into.writeUInt8(Math.min(s.attempts, 15) | ((s.tried ?? 0) << 4), at + 2)
  into.writeUInt8(slotReasons.indexOf(s.reason), at + 3)
  into.writeUInt8(s.receipts, at + 4)
  into.writeUInt8(Math.min(s.openedAfterMinutes, 255), at + 5)
  into.writeUInt16LE(Math.min(s.sentAfterTenths, 65535), at + 6)
}

export function readSlot(bytes: Buffer, index: number): Slot {
  const at = index * slotBytes
  return {
    state: slotStates[bytes.readUInt8(at)] ?? 'PENDING',
    told: bytes.readUInt8(at + 1),
    attempts: bytes.readUInt8(at + 2) & 15,
    tried: bytes.readUInt8(at + 2) >> 4,
    reason: slotReasons[bytes.readUInt8(at + 3)] ?? 'NONE',
    receipts: bytes.readUInt8(at + 4),
    openedAfterMinutes: bytes.readUInt8(at + 5),
    sentAfterTenths: bytes.readUInt16LE(at + 6),
  }
}
