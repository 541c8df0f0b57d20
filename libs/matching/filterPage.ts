import type { CommonCriteria, PlaceCriteria } from './criteria'
import { type Found, secondIsFallback } from './found'
import { plannedBit, recordBytes, secondBit } from './record'
import { held } from './schedule'

/** Asks every record of a page (layout: record.ts), by look-ups on its four words; the machine is little endian, as all that Node runs on. */
export function filterPage(page: Buffer, common: CommonCriteria, place: PlaceCriteria, found: Found): void {
  const { schedules, scheduleCount, filters, planned, hour } = common
  const { sections, sectionCount } = place
  const words = wordsOf(page)
  for (let i = 0; i + 3 < words.length; i += 4) {
    const pointers = words[i + 1] as number
    const wishes = words[i + 2] as number
    const hours = words[i + 3] as number
    const section = pointers >>> 16
    const schedule = pointers & 0xffff
    if (section > sectionCount || schedule > scheduleCount) found.beyondTables = true
    if (((filters[wishes & 0xff] as number) & (sections[section] as number)) === 0) continue
    if (planned && ((wishes >>> 8) & plannedBit) === 0) continue
    if ((hours & 0xffff) > hour || (hours >>> 16 !== 0 && hour >= hours >>> 16)) continue
    const rider = words[i] as number
    const urgency = schedules[schedule] as number
    if (urgency === held) found.hold(rider)
    else take(found, rider, wishes, urgency)
  }
}

function take(found: Found, rider: number, wishes: number, urgency: number): void {
  const flags = ((wishes >>> 8) & secondBit) === 0 ? 0 : secondIsFallback
  found.take(rider, (wishes >>> 16) & 0xff, (wishes >>> 8) & 31, urgency, wishes >>> 24, flags)
}

/** The page as words; copied where it does not begin at a multiple of four. */
function wordsOf(page: Buffer): Uint32Array {
  const length = Math.floor(page.length / recordBytes) * 4
  if (page.byteOffset % 4 === 0) return new Uint32Array(page.buffer, page.byteOffset, length)
  const copy = new Uint8Array(page)
  return new Uint32Array(copy.buffer, 0, length)
}
