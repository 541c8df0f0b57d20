import { Chance } from './chance'

/** How wrong things go with a seed: some kinds of faults often, some never, so that each is also met alone. */
export interface Plan {
  /** Probability that a process dies at a step (before a call, between its effect and the answer, at the answer). */
  readonly crash: number
  /** Probability that a process is frozen at a step. */
  readonly freeze: number
  readonly store: CallFaults
  readonly bus: CallFaults
  /** Probability that a group is dealt anew at a batch. */
  readonly rebalance: number
  /** Probability that a position is written late or never. */
  readonly lateCommit: number
  /** Probability that a poll meets a defect of the feed. */
  readonly feed: number
  /** Probability that a request meets a fault of the messenger that is its alone. */
  readonly messenger: number
  /** How long messengers take, one way. */
  readonly slowMs: number
  /** Garbage records that somebody writes into the topics. */
  readonly garbage: number
  /** Times at which all of something is down, in seconds after the start of the faults. */
  readonly outages: readonly Outage[]
  readonly senders: number
  readonly detectors: number
}

export interface CallFaults {
  /** Refused: nothing happens. */
  readonly refused: number
  /** Done, and the answer is lost. */
  readonly lostReply: number
  /** Only a part of what the call asks is done. */
  readonly torn: number
}

export interface Outage {
  readonly what: 'store' | 'bus' | 'feeds' | 'messenger down' | 'messenger floods' | 'messenger hangs' | 'messenger takes and resets'
  readonly from: number
  readonly to: number
}

const outageKinds = [
  'store', 'bus', 'feeds', 'messenger down', 'messenger floods', 'messenger hangs', 'messenger takes and resets',
] as const // prettier-ignore

/** A fault is off in half of the seeds, and of very different frequency in the others. */
export function planOf(chance: Chance, faultSeconds: number): Plan {
  const often = (most: number): number => (chance.is(0.5) ? 0 : most * chance.random.next() ** 2)
  const calls = (most: number): CallFaults => ({ refused: often(most), lostReply: often(most), torn: often(most) })
  return {
    crash: often(0.006),
    freeze: often(0.003),
    store: calls(0.02),
    bus: calls(0.03),
    rebalance: often(0.03),
    lateCommit: often(0.5),
    feed: often(0.5),
    messenger: often(0.3),
    slowMs: chance.is(0.2) ? chance.between(200, 1500) : 30,
    garbage: chance.is(0.3) ? chance.whole(1, 4) : 0,
    outages: outagesOf(chance, faultSeconds),
    senders: chance.is(0.7) ? 2 : 1,
    detectors: chance.is(0.4) ? 2 : 1,
  }
}

function outagesOf(chance: Chance, faultSeconds: number): Outage[] {
  return Array.from({ length: chance.whole(0, 4) }, () => {
    const from = chance.between(0, faultSeconds - 60)
    return { what: chance.pick(outageKinds), from, to: Math.min(faultSeconds, from + chance.between(3, chance.is(0.2) ? 300 : 60)) }
  })
}

/** Nothing goes wrong any more. */
export const healthy = (plan: Plan): Plan => ({
  ...plan,
  crash: 0, freeze: 0, rebalance: 0, lateCommit: 0, feed: 0, messenger: 0, slowMs: 30, outages: [],
  store: { refused: 0, lostReply: 0, torn: 0 },
  bus: { refused: 0, lostReply: 0, torn: 0 },
}) // prettier-ignore
