import { type Disruption, type Revision, newest } from '#domain/disruption'

const last = 255

/**
 * The revision as the slot's `told` byte: past 254 it stays, and 255 is kept for a closing one, so that even after 254 updates the all-clear
 * is still news.
 */
export const toldByte = (facts: Pick<Revision, 'number' | 'closing'>): number => Math.min(facts.number, facts.closing ? last : last - 1)

/** The end that riders were given, epoch seconds; 0 = none. The closing revision itself sets no end: the all-clear must still go out. */
export const declaredEnd = (d: Disruption): number => d.revisions.findLast((r) => !r.closing)?.declaredEnd ?? 0

export const newestByte = (d: Disruption): number => {
  const facts = newest(d)
  return facts ? toldByte(facts) : 0
}
