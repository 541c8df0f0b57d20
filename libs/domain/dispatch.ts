import type { ChannelName } from './rider'
import type { Severity } from './disruption'

/** A revision of a disruption for one cohort (topic `dispatch.CHANNEL`, partitioned by cohort). */
export interface Dispatch {
  readonly operator: string
  readonly disruption: string
  readonly channel: ChannelName
  /** Number of the cohort within disruption and channel, from 0. */
  readonly cohort: number
  readonly revision: number
  readonly severity: Severity
  /** 8 bytes each (recipient.ts); only the cohort's first dispatch carries them. */
  readonly recipients: Uint8Array
}

/** The riders told together of one disruption on one channel: at most this many, in a fixed order, never changed. */
export const cohortSize = 4096

export interface CohortKey {
  readonly operator: string
  readonly disruption: string
  readonly channel: ChannelName
  readonly cohort: number
}

/** `operator/disruption/CHANNEL/n`: the key of the cohort in stores, and what its dispatches are partitioned by. */
export const cohortId = (k: CohortKey): string => `${k.operator}/${k.disruption}/${k.channel}/${k.cohort}`
