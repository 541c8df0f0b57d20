import type { SlotReason } from '#domain/slot'
import type { ChannelName } from '#domain/rider'

/** A channel's account of one operator. One file a messenger; each takes its network and its settings as arguments. Never throws. */
export interface Messenger {
  readonly channel: ChannelName
  /** Whether the other side recognises a repeated message by its id: then an unknown outcome may simply be tried again. */
  readonly dedupes: boolean
  /** Whether all riders hang on one server: then its failures stop the whole account for a while (webhooks: one server a rider). */
  readonly shared: boolean
  /** Whether a message carries the link that ends it all: only then it is signed. */
  readonly unsubscribes?: true
  send(message: OutMessage): Promise<Outcome>
  close?(): Promise<void>
}

/** One delivery: what a rider gets. Texts are plain, clean and within the channel's limits. */
export interface OutMessage {
  /** Deterministic for cohort, slot and revision: the same attempt again has the same id. Letters, digits, `_` and `-`. */
  readonly id: string
  /** A chat id, a mail address, or an endpoint (webhookAddress.ts). */
  readonly address: string
  readonly subject: string
  readonly text: string
  readonly language: string
  readonly stage: 'WHOLE' | 'UPDATE' | 'ALL_CLEAR'
  /** For machines: JSON with the facts of the revision. */
  readonly facts: object
  /** Where the rider ends it all by one POST; undefined where no public address is known or the messenger does not carry it. */
  readonly unsubscribeUrl: string | undefined
  /** Epoch milliseconds. */
  readonly nowMs: number
}

export type Outcome =
  | { readonly kind: 'sent'; readonly messageId?: string }
  /** Not taken this time. */
  | { readonly kind: 'retry'; readonly reason: SlotReason; readonly afterMs?: number }
  /** The account has to wait (Retry-After): not an attempt. */
  | { readonly kind: 'frozen'; readonly afterMs: number }
  /** This recipient does not exist any more or does not want us. */
  | { readonly kind: 'gone'; readonly detail: string }
  /** The account cannot send at all: wrong token, locked. */
  | { readonly kind: 'halt'; readonly detail: string }
  /** This message will never be taken. */
  | { readonly kind: 'failed'; readonly reason: SlotReason; readonly detail: string }
  /** It may have arrived. */
  | { readonly kind: 'unknown'; readonly reason: SlotReason }
