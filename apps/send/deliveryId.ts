import { hash } from 'node:crypto'

/**
 * The id of a delivery, the same at every attempt: cohort/slot/revision, hashed because it leaves the house (webhook-id, Message-ID). 128 bits
 * of SHA-256 in hexadecimal.
 */
export const deliveryId = (cohort: string, slot: number, revision: number): string =>
  hash('sha256', `${cohort}/${slot}/${revision}`, 'hex').slice(0, 32)
