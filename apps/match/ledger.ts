import { type CohortHeader, decodeCohortHeader } from '#domain/cohortHeader'
import { cohortId } from '#domain/dispatch'
import type { Disruption } from '#domain/disruption'
import { recipientBytes, recipientRider } from '#domain/recipient'
import type { ChannelName } from '#domain/rider'
import type { NewCohort } from '#matching/cohorts'
import { RiderSet } from '#matching/riderSet'
import type { CohortEntry, Cohorts } from '#store/ports'

/** The cohorts of one disruption as they stand in the store. */
export interface Opened {
  readonly cohorts: readonly OpenedCohort[]
  /** Every rider of them. */
  readonly riders: RiderSet
}

export interface OpenedCohort {
  readonly id: string
  readonly header: CohortHeader
}

export const cohortPrefix = (operator: string, disruption: string): string => `${operator}/${disruption}/`

export interface Numbered extends NewCohort {
  readonly number: number
}

/** With the numbers that come next in their channels. */
export function numbered(cohorts: readonly NewCohort[], opened: Opened): Numbered[] {
  const next = new Map<ChannelName, number>()
  return cohorts.map((cohort) => {
    const number = next.get(cohort.channel) ?? nextNumber(opened, cohort.channel)
    next.set(cohort.channel, number + 1)
    return { ...cohort, number }
  })
}

export function openedBy(d: Disruption, { channel, number }: Numbered, revision: number, nowMs: number): OpenedCohort {
  const { operator, id: disruption, severity } = d
  const header = { operator, disruption, channel, cohort: number, revision, severity, openedAtMs: nowMs }
  return { id: cohortId(header), header }
}

const nextNumber = (opened: Opened, channel: ChannelName): number =>
  opened.cohorts.reduce((next, { header }) => (header.channel === channel ? Math.max(next, header.cohort + 1) : next), 0)

/** Reads the cohorts of disruptions. A cohort never changes, so its riders are read once. */
export class Ledger {
  private readonly cache = new Map<string, { readonly ids: Set<string>; readonly riders: RiderSet }>()

  constructor(private readonly cohorts: Cohorts) {}

  async read(operator: string, disruption: string): Promise<Opened> {
    const prefix = cohortPrefix(operator, disruption)
    const entries = await this.cohorts.list(prefix)
    const known = this.cache.get(prefix) ?? { ids: new Set(), riders: new RiderSet() }
    this.cache.set(prefix, known)
    for (const entry of entries) {
      if (known.ids.has(entry.id)) continue
      addRiders(known.riders, (await this.cohorts.recipients(entry.id)) ?? Buffer.alloc(0))
      known.ids.add(entry.id)
    }
    return { cohorts: entries.map(openedCohort).sort(byNumber), riders: known.riders }
  }

  /** Whether a rider is certainly in a cohort already; false: the store has to be asked. */
  knows(operator: string, disruption: string, rider: number): boolean {
    return this.cache.get(cohortPrefix(operator, disruption))?.riders.has(rider) ?? false
  }

  forget(operator: string, disruption: string): void {
    this.cache.delete(cohortPrefix(operator, disruption))
  }

  forgetAll(): void {
    this.cache.clear()
  }
}

const openedCohort = (entry: CohortEntry): OpenedCohort => ({ id: entry.id, header: decodeCohortHeader(entry.header) })

/** The store sorts by id as text; here cohort 10 comes after cohort 2. */
const byNumber = (a: OpenedCohort, b: OpenedCohort): number =>
  a.header.channel === b.header.channel ? a.header.cohort - b.header.cohort : a.header.channel < b.header.channel ? -1 : 1

function addRiders(set: RiderSet, recipients: Buffer): void {
  for (let i = 0; i < recipients.length / recipientBytes; i++) set.add(recipientRider(recipients, i))
}
