import { createHash } from 'node:crypto'

/**
 * The id of a delivery, the same at every attempt: cohort/slot/revision, hashed because it leaves the house (webhook-id, Message-ID). 128 bits
 * of SHA-256 in hexadecimal.
 */
export const deliveryId = (cohort: string, slot: number, revision: number): string =>
  createHash('sha256').update(`${cohort}/${slot}/${revision}`).digest('hex').slice(0, 32)
