import type { Batch, Bus, InRecord } from './bus'
import { quarantined } from './quarantined'
import type { Place, Report } from './recordLog'
import { quarantine } from './topics'
import { publish } from './typed'

/** Puts a batch of one record, which has killed the process so often, into the topic `quarantine`. */
export type PutAside = (place: Place, batch: Batch, tries: number) => Promise<void>

export const putAsideOn =
  (bus: Bus, report: Report): PutAside =>
  async (place, batch, tries) => {
    const record = batch.records[0] as InRecord
    await publish(bus, quarantine, [quarantined(place, record, `ended the process ${tries} times`)])
    report({ kind: 'poison', place, position: record.position, tries })
  }
