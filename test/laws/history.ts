import type { ChannelName } from '#domain/rider'
import type { SlotReason, SlotState } from '#domain/slot'

/**
 * What a run was, noted outside of the system under test: what had to be told, what the messengers got, what the ledger says in the end.
 * `check.ts` judges it. Times named Ms are epoch milliseconds of one clock, the test's; others epoch seconds.
 */
export interface History {
  readonly intents: readonly Intent[]
  readonly arrivals: readonly Arrival[]
  readonly slots: readonly FinalSlot[]
  readonly counters: readonly Counter[]
  readonly health: readonly HealthObservation[]
}

/** A revision that a rider subscribed to must be told, or be told a newer one instead. */
export interface Intent {
  readonly operator: string
  readonly channel: ChannelName
  /** As the messenger knows it: a chat id, a URL, a mail address. */
  readonly address: string
  readonly disruption: string
  readonly revision: number
  readonly kind: 'alert' | 'update' | 'clear'
  /** Epoch seconds of the declared end; undefined: it never expires. */
  readonly expiresAt?: number
}

/** One request that reached a messenger. */
export interface Arrival {
  readonly atMs: number
  /** Whose account sent it. */
  readonly operator: string
  readonly channel: ChannelName
  readonly address: string
  readonly disruption: string
  readonly revision: number
  /** Where the messenger is given one. */
  readonly deliveryId?: string
  /** `cut`: taken and shown to the rider, but the answer never came back. `refused`: not shown. */
  readonly outcome: 'accepted' | 'refused' | 'cut'
}

/** A slot of the ledger after everything has come to rest. */
export interface FinalSlot {
  readonly operator: string
  readonly disruption: string
  readonly channel: ChannelName
  readonly cohort: number
  readonly slot: number
  readonly address: string
  readonly state: SlotState
  /** The revision that was told last; 0: none. */
  readonly told: number
  readonly reason?: SlotReason
}

/** A figure that the system shows: so many riders of a disruption are in this state. */
export interface Counter {
  readonly operator: string
  readonly disruption: string
  readonly state: SlotState
  readonly count: number
}

/** One look at a process. `asked`: the harness itself ended or froze it, so that silence and exit are no fault of its own. */
export interface HealthObservation {
  readonly process: string
  readonly atMs: number
  readonly saw: 'answered' | 'silent' | { readonly exit: number | string }
  readonly asked: boolean
}
