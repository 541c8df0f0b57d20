import type { ChannelName } from './rider'
import type { Severity } from './disruption'
import { partitionOf } from './partitionOf'

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
  /** An order to the cohort's owner, no news: its dead letters with these reasons (their numbers, slot.ts) are tried again. */
  readonly retry?: Uint8Array
  /** For the cohort's owner: what messengers said later of its slots (packedReceipts.ts). */
  readonly receipts?: Uint8Array
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

/** Partitions of every dispatch topic, and with them the shares in which senders divide the open cohorts of a channel. */
export const cohortShards = 8

/** Every shard, of a sender that is alone. */
export const allCohortShards: readonly number[] = [...Array(cohortShards).keys()]

/** The partition of a cohort's dispatches: its owner alone sends what the cohort has to tell. */
export const cohortShard = (id: string): number => partitionOf(id, cohortShards)
