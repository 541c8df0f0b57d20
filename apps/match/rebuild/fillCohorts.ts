import type { Batch, Bus } from '#bus/bus'
import { dispatches, disruptions } from '#bus/topics'
import { decodeBatch, publish } from '#bus/typed'
import { type CohortHeader, encodeCohortHeader } from '#domain/cohortHeader'
import { type Dispatch, cohortId } from '#domain/dispatch'
import { type Disruption, newest } from '#domain/disruption'
import { recipientBytes, recipientRider } from '#domain/recipient'
import { type ChannelName, channelNames } from '#domain/rider'
import { slotBytes, slotsPerChunk, writeSlot } from '#domain/slot'
import type { Cohorts } from '#store/ports'
import type { Highest } from './highest'
import { readOnce } from './readOnce'
import { unknownSlot } from './unknownSlot'

/** Cohorts whose slots are written at the same time. */
const atOnce = 32

interface Found {
  readonly id: string
  readonly header: CohortHeader
  readonly size: number
  /** The highest revision dispatched that closed nothing. */
  told: number
}

export interface CohortParts {
  readonly bus: Bus
  readonly cohorts: Cohorts
  readonly highest: Highest
  readonly bad: (reason: string) => void
}

export interface FilledCohorts {
  readonly cohorts: number
  /** How many of them the sender looks at again. */
  readonly due: number
  /** Riders of those: possible duplicates. */
  readonly unknown: number
}

export const channels: readonly ChannelName[] = channelNames.filter((c) => c !== 'NONE')

/** The newest record of each disruption, by `operator/id`; none where it has been erased. */
export async function readDisruptions(bus: Bus, bad: (reason: string) => void): Promise<Map<string, Disruption>> {
  const known = new Map<string, Disruption>()
  await readOnce(bus, disruptions.name, (batch) => {
    for (const { key = '', value } of decodeBatch(disruptions, batch, (_, reason) => bad(reason))) {
      if (value) known.set(key, value)
      else known.delete(key)
    }
  })
  return known
}

/**
 * Opens again the cohorts that the dispatches of the last days tell of, with their recipients, as they were; what became of their riders is
 * lost (unknownSlot.ts). The slots of a cohort are written before its due time, and only where nothing has been written yet: what a sender
 * has noted since, or what was never lost, stays. A cohort whose first dispatch is no longer kept is not known any more: if its disruption is
 * still open, its riders are told as new ones. The riders must stand in the store before: from here on they may be told. Throws when store or broker are down.
 */
export async function fillCohorts(parts: CohortParts, known: ReadonlyMap<string, Disruption>, nowMs: () => number): Promise<FilledCohorts> {
  const found = new Map<string, Found>()
  const open = opener(parts, known, found)
  await Promise.all(channels.map((channel) => readOnce(parts.bus, dispatches(channel).name, (batch) => open(channel, batch))))
  const all = [...found.values()]
  let [due, unknown] = [0, 0]
  for (let i = 0; i < all.length; i += atOnce) {
    const some = all.slice(i, i + atOnce)
    const filled = await Promise.all(some.map((cohort) => fillSlots(parts, cohort, disruptionOf(known, cohort.header), nowMs())))
    const again = some.filter((_, at) => filled[at])
    due += again.length
    unknown += again.reduce((sum, { size }) => sum + size, 0)
  }
  return { cohorts: all.length, due, unknown }
}

function opener({ cohorts, highest, bad }: CohortParts, known: ReadonlyMap<string, Disruption>, found: Map<string, Found>) {
  return async (channel: ChannelName, batch: Batch): Promise<void> => {
    const times = new Map(batch.records.map(({ position, appendedAt }) => [position, appendedAt]))
    for (const { value: d, position } of decodeBatch(dispatches(channel), batch, (_, reason) => bad(reason))) {
      const disruption = d && known.get(`${d.operator}/${d.disruption}`)
      if (!d || !disruption) continue
      const id = cohortId(d)
      if (!found.has(id) && d.recipients.length > 0) {
        const header = headerOf(d, times.get(position) ?? 0)
        await cohorts.open(id, encodeCohortHeader(header), d.recipients)
        noteRiders(highest, d)
        found.set(id, { id, header, size: d.recipients.length / recipientBytes, told: 0 })
      }
      const cohort = found.get(id)
      if (cohort && !closes(disruption, d.revision)) cohort.told = Math.max(cohort.told, d.revision)
    }
  }
}

const headerOf = ({ operator, disruption, channel, cohort, revision, severity }: Dispatch, openedAtMs: number): CohortHeader => ({
  operator,
  disruption,
  channel,
  cohort,
  revision,
  severity,
  openedAtMs,
})

function noteRiders(highest: Highest, { operator, recipients }: Dispatch): void {
  const bytes = Buffer.from(recipients.buffer, recipients.byteOffset, recipients.byteLength)
  for (let i = 0; i < bytes.length / recipientBytes; i++) highest.note(operator, recipientRider(bytes, i))
}

const closes = (d: Disruption, revision: number): boolean => d.revisions.find((r) => r.number === revision)?.closing === true

const disruptionOf = (known: ReadonlyMap<string, Disruption>, { operator, disruption }: CohortHeader): Disruption =>
  known.get(`${operator}/${disruption}`) as Disruption

/** True: the sender is asked to look at the cohort, by its due time and by a dispatch, as it may be running already. */
async function fillSlots({ bus, cohorts }: CohortParts, { id, header, size, told }: Found, d: Disruption, nowMs: number): Promise<boolean> {
  const before = await cohorts.slots(id)
  if (!before || before.some((byte) => byte !== 0)) return false
  const { slot, isDue } = unknownSlot(d, told, Math.floor(nowMs / 1000))
  const slots = Buffer.alloc(size * slotBytes)
  for (let i = 0; i < size; i++) writeSlot(slots, i, slot)
  await cohorts.writeChunks(chunksOf(id, slots))
  if (!isDue) return false
  await cohorts.setDue(id, nowMs)
  const { operator, disruption, channel, cohort, severity } = header
  const dispatch = { operator, disruption, channel, cohort, severity, revision: newest(d)?.number ?? 0, recipients: new Uint8Array(0) }
  await publish(bus, dispatches(channel), [dispatch])
  return true
}

/** Under the lowest epoch: a sender that owns the cohort by now has written what it knows. */
function chunksOf(id: string, slots: Buffer) {
  const chunkBytes = slotsPerChunk * slotBytes
  return Array.from({ length: Math.ceil(slots.length / chunkBytes) }, (_, chunk) => ({
    id,
    epoch: 0,
    chunk,
    slots: slots.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes),
  }))
}
