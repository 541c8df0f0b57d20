import { type Disruption, newest, severityRank } from '#domain/disruption'
import type { Account } from './account'
import { type End, judgeFacts } from './judgeFacts'
import type { OpenCohort } from './openCohort'
import { Shares, severityWeights } from './shares'
import { newestByte } from './told'

export interface Picked {
  readonly cohort: OpenCohort
  readonly slot: number
}

export interface Picks {
  /** To be claimed and sent; a token of the account is spent for each. */
  readonly send: readonly Picked[]
  /** Decided by the facts alone. */
  readonly ended: readonly (Picked & { readonly end: End })[]
}

export interface PickFrom {
  /** Only those that may be claimed from now. */
  readonly cohorts: Iterable<OpenCohort>
  readonly disruptionOf: (cohort: OpenCohort) => Disruption | undefined
  /** undefined: the operator has no such channel. */
  readonly accountOf: (operator: string) => Account | undefined
  /** How many more slots of this operator may be under way. */
  readonly room: (operator: string) => number
  readonly limit: number
  /** Epoch seconds. */
  readonly now: number
}

interface Candidate {
  readonly cohort: OpenCohort
  readonly disruption: Disruption
  /** The revision byte that its slots should have. */
  readonly told: number
}

/** Severity → operator → cohorts. */
type Queues = Map<number, Map<string, Candidate[]>>

const noChannel: End = { state: 'FAILED', reason: 'NO_CHANNEL' }

/** Takes slots by severity (shares are reserved), then in turn of the tenants, then by urgency, the oldest cohort first. */
export class Picker {
  private readonly severities = new Shares<number>((rank) => severityWeights[rank] ?? 1)
  private readonly tenants = new Shares<string>(() => 1)

  pick(from: PickFrom): Picks {
    const queues = queuesOf(from)
    const send: Picked[] = []
    const ended: (Picked & { end: End })[] = []
    const taken = new Map<string, number>()
    while (send.length < from.limit && queues.size > 0) {
      const rank = this.severities.pick([...queues.keys()])
      const waiting = queues.get(rank) as Map<string, Candidate[]>
      const operator = this.tenants.pick([...waiting.keys()])
      const full = (taken.get(operator) ?? 0) >= from.room(operator)
      const next = nextOf(waiting.get(operator) as Candidate[], full ? 'full' : from.accountOf(operator), from.now, ended)
      if (next) send.push(next)
      if (next) taken.set(operator, (taken.get(operator) ?? 0) + 1)
      else waiting.delete(operator)
      if (waiting.size === 0) queues.delete(rank)
    }
    return { send, ended }
  }
}

/** Whether the facts are there: not before send's own copy has caught up with the dispatch, and never of what is held back. */
export function isTakeable(cohort: Pick<OpenCohort, 'revision'>, d: Disruption | undefined): d is Disruption {
  if (!d || (newest(d)?.number ?? 0) < cohort.revision) return false
  return d.publication !== 'HELD' || d.state === 'CLOSED'
}

function queuesOf(from: PickFrom): Queues {
  const queues: Queues = new Map()
  for (const cohort of from.cohorts) {
    const disruption = from.disruptionOf(cohort)
    if (!isTakeable(cohort, disruption)) continue
    const told = newestByte(disruption)
    if (cohort.peek(told) === undefined) continue
    const tenants = getOr(queues, severityRank(disruption.severity), () => new Map<string, Candidate[]>())
    getOr(tenants, cohort.header.operator, (): Candidate[] => []).push({ cohort, disruption, told })
  }
  return queues
}

/** Goes through what the facts end; undefined: nothing of this tenant can be sent now. */
function nextOf(candidates: Candidate[], account: Account | 'full' | undefined, now: number, ended: (Picked & { end: End })[]) {
  for (let best = mostUrgent(candidates); best; best = mostUrgent(candidates)) {
    const { cohort, disruption, told } = best
    const slot = cohort.peek(told) as number
    const verdict = account ? judgeFacts({ told: cohort.toldOf(slot) }, disruption, now) : noChannel
    if (verdict === 'send' && (account === 'full' || !account?.spend())) return undefined
    cohort.take(slot)
    if (verdict === 'send') return { cohort, slot }
    // A dead letter stays one: that it is too late for it says less.
    if (verdict === 'told' || cohort.slot(slot).state === 'FAILED') cohort.release(slot)
    else ended.push({ cohort, slot, end: verdict })
  }
  return undefined
}

/** By urgency, then the oldest cohort; cohorts without a slot that needs something are passed over. One pass, nothing is allocated. */
function mostUrgent(candidates: readonly Candidate[]): Candidate | undefined {
  let best: Candidate | undefined
  let least = Infinity
  for (const candidate of candidates) {
    const slot = candidate.cohort.peek(candidate.told)
    if (slot === undefined) continue
    const urgency = candidate.cohort.urgency(slot)
    if (best && (urgency > least || (urgency === least && !isOlder(candidate.cohort, best.cohort)))) continue
    best = candidate
    least = urgency
  }
  return best
}

const isOlder = (a: OpenCohort, b: OpenCohort): boolean => a.header.openedAtMs < b.header.openedAtMs

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}
