import { type Disruption, newest } from '#domain/disruption'

/** Whether riders who have not been told yet are to be told now (epoch seconds): open, public, and within its communication period. */
export function isTellable(d: Disruption, now: number): boolean {
  const { start, end } = d.communication
  return mayBecomeTellable(d) && start <= now && (end === 0 || now < end)
}

/** Tellable now or later, as time goes on. */
export const mayBecomeTellable = (d: Disruption): boolean =>
  d.state === 'OPEN' && newest(d)?.closing === false && (d.publication === 'TOLD' || d.publication === 'SCHEDULED')

/** What a record of a disruption asks of match. A scheduled one is told when its communication period begins, by the looks. */
export type Task = 'tell' | 'update' | 'count' | 'nothing'

/**
 * `tell`: also those who are not told yet. `update`: only those who were (closing, withdrawal, end of the communication period).
 * `count`: how many would be told (held, scheduled, shadow).
 */
export function taskFor(d: Disruption, now: number): Task {
  if (d.state === 'SUSPECTED' || d.revisions.length === 0) return 'nothing'
  if (isTellable(d, now)) return 'tell'
  if (d.state === 'OPEN' && (d.publication === 'HELD' || d.communication.start > now)) return 'count'
  return d.publication === 'HELD' ? 'nothing' : 'update'
}
