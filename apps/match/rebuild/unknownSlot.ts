import { type Disruption, newest } from '#domain/disruption'
import type { Slot } from '#domain/slot'
import { isTellable } from '../tellable'

/** So long after the closing an all-clear may still be under way. */
const closingSeconds = 600

export interface UnknownSlot {
  readonly slot: Slot
  /** Whether the sender has something to do. */
  readonly isDue: boolean
}

/**
 * What is written for a rider of a cohort whose slots are lost (`told`: the highest revision that was dispatched to the cohort and closed
 * nothing; now: epoch seconds). Three cases, all counted by the sender as possible duplicates, since CLAIMED is an attempt of unknown outcome:
 *
 * - The disruption can be told: the whole message again, in its newest revision.
 * - It has been closed within ten minutes: those who were told must hear that it is over. Most were told, so all are taken as told.
 * - Anything else (closed before, withdrawn, past its end): old news. Nothing is sent; the slot stands as sent with unknown outcome.
 */
export function unknownSlot(d: Disruption, told: number, now: number): UnknownSlot {
  if (isCurrent(d, now)) return { slot: { ...blank, state: 'CLAIMED' }, isDue: true }
  if (isClosing(d, now)) return { slot: { ...blank, state: 'CLAIMED', told: byte(told) }, isDue: true }
  return { slot: { ...blank, state: 'SENT', told: toldAll, reason: 'UNKNOWN_OUTCOME' }, isDue: false }
}

/** 255 stays for closing revisions (apps/send/told.ts): nothing is newer. */
const toldAll = 255
const byte = (revision: number): number => Math.min(Math.max(revision, 1), toldAll - 1)

const blank: Slot = { state: 'SENT', told: 0, attempts: 0, reason: 'NONE', receipts: 0, openedAfterMinutes: 0, sentAfterTenths: 0 }

function isCurrent(d: Disruption, now: number): boolean {
  const end = newest(d)?.declaredEnd ?? 0
  return isTellable(d, now) && (end === 0 || now < end)
}

function isClosing(d: Disruption, now: number): boolean {
  const last = newest(d)
  if (d.publication !== 'TOLD' || last === undefined) return false
  return (d.state === 'CLOSED' || last.closing) && now - Math.max(last.at, d.closedAt) < closingSeconds
}
