import type { InRecord } from './bus'
import type { Place } from './recordLog'
import type { Quarantined } from './topics'

/** A record as it goes to the topic `quarantine`, with its bytes as they are; `at` is when it was appended. */
export const quarantined = (place: Place, record: InRecord, reason: string): Quarantined => ({
  ...place,
  position: Number(record.position),
  reason,
  key: Buffer.from(record.key ?? '', 'utf8'),
  value: record.value ?? new Uint8Array(0),
  at: Math.floor(record.appendedAt / 1000),
})
