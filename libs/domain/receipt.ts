import type { ChannelName } from './rider'

/** What a messenger says later (topic `receipts`). Its consumer alone writes the receipt bytes of a slot. */
export interface Receipt {
  readonly operator: string
  readonly disruption: string
  readonly channel: ChannelName
  readonly cohort: number
  readonly slot: number
  readonly kind: ReceiptKind
  /** Epoch seconds. */
  readonly at: number
}

/** Index = bit of the receipts byte. */
export const receiptKinds = ['DELIVERED', 'READ', 'CLICKED', 'BLOCKED'] as const
export type ReceiptKind = (typeof receiptKinds)[number]
