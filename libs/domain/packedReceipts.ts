import { type Receipt, receiptKinds } from './receipt'

/** One receipt of a cohort, 8 bytes, little endian: slot u16 | kind u8 | 0 u8 | at u32 (epoch seconds). */
const receiptBytes = 8

export type CohortReceipt = Pick<Receipt, 'slot' | 'kind' | 'at'>

export function packReceipts(receipts: readonly CohortReceipt[]): Buffer {
  const bytes = Buffer.alloc(receipts.length * receiptBytes)
  receipts.forEach(({ slot, kind, at }, i) => {
    bytes.writeUInt16LE(slot & 0xffff, i * receiptBytes)
    bytes.writeUInt8(receiptKinds.indexOf(kind), i * receiptBytes + 2)
    bytes.writeUInt32LE(Math.max(0, Math.min(at, 0xffffffff)), i * receiptBytes + 4)
  })
  return bytes
}

/** What cannot be read (a kind of a later release, bytes cut short) is left out. */
export function unpackReceipts(packed: Uint8Array): CohortReceipt[] {
  const bytes = Buffer.from(packed)
  return Array.from({ length: Math.floor(bytes.length / receiptBytes) }, (_, i) => i * receiptBytes).flatMap((at) => {
    const kind = receiptKinds[bytes.readUInt8(at + 2)]
    return kind ? [{ slot: bytes.readUInt16LE(at), kind, at: bytes.readUInt32LE(at + 4) }] : []
  })
}
