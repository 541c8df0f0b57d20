import { type Language, languages } from './operator'

/** One rider of a cohort, 8 bytes, little endian: rider u32 | language u8 | urgency u8 | second channel u8 | flags u8. */
export const recipientBytes = 8

export interface Recipient {
  /** The rider's number. */
  readonly rider: number
  readonly language: Language
  /** Half the minutes until the rider's window opens; 0 = inside it. */
  readonly urgency: number
  readonly secondChannel: number
  readonly flags: number
}

export function writeRecipient(into: Buffer, index: number, r: Recipient): void {
  const at = index * recipientBytes
  into.writeUInt32LE(r.rider, at)
  into.writeUInt8(languages.indexOf(r.language), at + 4)
  into.writeUInt8(Math.min(r.urgency, 255), at + 5)
  into.writeUInt8(r.secondChannel, at + 6)
  into.writeUInt8(r.flags, at + 7)
}

export const recipientRider = (bytes: Buffer, index: number): number => bytes.readUInt32LE(index * recipientBytes)

export function readRecipient(bytes: Buffer, index: number): Recipient {
  const at = index * recipientBytes
  return {
    rider: bytes.readUInt32LE(at),
    language: languages[bytes.readUInt8(at + 4)] ?? languages[0],
    urgency: bytes.readUInt8(at + 5),
    secondChannel: bytes.readUInt8(at + 6),
    flags: bytes.readUInt8(at + 7),
  }
}
