import type { Window } from '#domain/rider'
import { type Schedule, maxLeadMinutes } from './schedule'

/**
 * A schedule in the operator's table, little endian; equal schedules have equal bytes, so that they share an entry:
 *   0 flags u8 (1 severe passes, 2 quiet hours) | 1 lead u16 | 3 quiet from u16 | 5 quiet until u16 | then per window: days u8, from u16, until u16
 */
const headBytes = 7
const windowBytes = 5
const flag = { severePasses: 1, quiet: 2 } as const

export function encodeSchedule(schedule: Schedule): Buffer {
  const windows = canonical(schedule.windows)
  const bytes = Buffer.alloc(headBytes + windows.length * windowBytes)
  bytes.writeUInt8((schedule.severePasses ? flag.severePasses : 0) | (schedule.quiet ? flag.quiet : 0), 0)
  bytes.writeUInt16LE(Math.max(0, Math.min(maxLeadMinutes, schedule.leadMinutes)), 1)
  bytes.writeUInt16LE(schedule.quiet?.from ?? 0, 3)
  bytes.writeUInt16LE(schedule.quiet?.until ?? 0, 5)
  windows.forEach((window, i) => {
    const at = headBytes + i * windowBytes
    bytes.writeUInt8(window.days, at)
    bytes.writeUInt16LE(window.from, at + 1)
    bytes.writeUInt16LE(window.until, at + 3)
  })
  return bytes
}

export function decodeSchedule(bytes: Buffer): Schedule {
  const flags = bytes.readUInt8(0)
  const windows = Array.from({ length: Math.floor((bytes.length - headBytes) / windowBytes) }, (_, i) => {
    const at = headBytes + i * windowBytes
    return { days: bytes.readUInt8(at), from: bytes.readUInt16LE(at + 1), until: bytes.readUInt16LE(at + 3) }
  })
  return {
    windows,
    leadMinutes: bytes.readUInt16LE(1),
    quiet: (flags & flag.quiet) === 0 ? undefined : { from: bytes.readUInt16LE(3), until: bytes.readUInt16LE(5) },
    severePasses: (flags & flag.severePasses) !== 0,
  }
}

/** In a fixed order and each once, within a day's minutes. */
function canonical(windows: readonly Window[]): Window[] {
  const tidy = windows.map((w) => ({ days: w.days & 127, from: minuteOfDay(w.from), until: minuteOfDay(w.until) }))
  const sorted = tidy.sort((a, b) => a.from - b.from || a.until - b.until || a.days - b.days)
  return sorted.filter((w, i) => i === 0 || JSON.stringify(w) !== JSON.stringify(sorted[i - 1]))
}

const minuteOfDay = (minute: number): number => Math.max(0, Math.min(1440, minute))
