/**
 * A subscription as it stands in a page, 16 bytes, little endian (architecture.md, "Subscriptions are packed"):
 *   0 rider u32 | 4 schedule u16 | 6 section u16 | 8 direction:2 minSeverity:2 minDelay:4 | 9 language:5 planned:1 second:1 spare:1
 *   10 channel u8 | 11 second channel u8 | 12 from u16 | 14 until u16
 * Bit fields are named from the lowest bit up.
 */
export const recordBytes = 16

export interface PackedRecord {
  /** The rider's number. */
  readonly rider: number
  /** 1 + index into the operator's schedules; 0 = always. */
  readonly schedule: number
  /** 1 + index into the scope's sections; 0 = the whole line. */
  readonly section: number
  /** 0, 1, or 2 = both. */
  readonly direction: number
  /** Rank of the severity from which on the rider wants to know. */
  readonly minSeverity: number
  /** Minutes, 0–75 in steps of 5 (rounded down). */
  readonly minDelay: number
  /** Index into `languages`. */
  readonly language: number
  /** Whether planned works are wanted too. */
  readonly planned: boolean
  /** What the second channel is for. */
  readonly second: 'also' | 'fallback'
  /** Index into `channelNames`. */
  readonly channel: number
  readonly secondChannel: number
  /** Hours since 2026-01-01T00:00Z; told from `from` (inclusive) until `until` (exclusive); 0 = open. */
  readonly from: number
  readonly until: number
}

export const delayStepMinutes = 5
export const plannedBit = 1 << 5
export const secondBit = 1 << 6
const u16 = 0xffff

export function writeRecord(into: Buffer, index: number, r: PackedRecord): void {
  const at = index * recordBytes
  into.writeUInt32LE(r.rider, at)
  into.writeUInt16LE(r.schedule, at + 4)
  into.writeUInt16LE(r.section, at + 6)
  into.writeUInt8((r.direction & 3) | ((r.minSeverity & 3) << 2) | (delaySteps(r.minDelay) << 4), at + 8)
  into.writeUInt8((r.language & 31) | (r.planned ? plannedBit : 0) | (r.second === 'fallback' ? secondBit : 0), at + 9)
  into.writeUInt8(r.channel, at + 10)
  into.writeUInt8(r.secondChannel, at + 11)
  into.writeUInt16LE(Math.min(r.from, u16), at + 12)
  into.writeUInt16LE(Math.min(r.until, u16), at + 14)
}

export function readRecord(bytes: Buffer, index: number): PackedRecord {
  const at = index * recordBytes
  const filters = bytes.readUInt8(at + 8)
  const wishes = bytes.readUInt8(at + 9)
  return {
    rider: bytes.readUInt32LE(at),
    schedule: bytes.readUInt16LE(at + 4),
    section: bytes.readUInt16LE(at + 6),
    direction: filters & 3,
    minSeverity: (filters >> 2) & 3,
    minDelay: (filters >> 4) * delayStepMinutes,
    language: wishes & 31,
    planned: (wishes & plannedBit) !== 0,
    second: (wishes & secondBit) === 0 ? 'also' : 'fallback',
    channel: bytes.readUInt8(at + 10),
    secondChannel: bytes.readUInt8(at + 11),
    from: bytes.readUInt16LE(at + 12),
    until: bytes.readUInt16LE(at + 14),
  }
}

export function packRecords(records: readonly PackedRecord[]): Buffer {
  const bytes = Buffer.alloc(records.length * recordBytes)
  records.forEach((record, i) => writeRecord(bytes, i, record))
  return bytes
}

const delaySteps = (minutes: number): number => Math.max(0, Math.min(15, Math.floor(minutes / delayStepMinutes)))

const firstHour = Date.UTC(2026, 0, 1) / 3_600_000

/** The hour of records in which an instant (epoch seconds) lies. */
export const hourOf = (seconds: number): number => Math.max(0, Math.floor(seconds / 3600) - firstHour)

/** The first whole hour of records that begins at an instant or after it. */
export const hourFrom = (seconds: number): number => Math.max(0, Math.ceil(seconds / 3600) - firstHour)
