import type { CohortKey } from './dispatch'
import type { Severity } from './disruption'

/** What stands beside a cohort in the store: match writes it once, with the cohort; send reads it. JSON of a few dozen bytes. */
export interface CohortHeader extends CohortKey {
  /** Of the revision that the cohort was opened with. */
  readonly revision: number
  readonly severity: Severity
  /** Epoch milliseconds by the matcher's clock: `sentAfterTenths` of a slot counts from here. */
  readonly openedAtMs: number
}

export const encodeCohortHeader = (header: CohortHeader): Buffer => Buffer.from(JSON.stringify(header))

/** Throws when the bytes are no header. */
export const decodeCohortHeader = (bytes: Uint8Array): CohortHeader => JSON.parse(Buffer.from(bytes).toString('utf8')) as CohortHeader
