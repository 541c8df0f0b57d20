import type { Messenger, OutMessage, Outcome } from '#channels/messenger'
import type { Disruption } from '#domain/disruption'
import type { Clock, Random } from '#domain/ports'
import type { Rider } from '#domain/rider'
import type { Keys } from '#service/keys'
import type { Account } from './account'
import { deliveryId } from './deliveryId'
import { judgeFacts } from './judgeFacts'
import { judgeRider } from './judgeRider'
import type { OpenCohort } from './openCohort'
import { inPlaceDelay, repetitions } from './retry'
import type { Result } from './settle'
import type { Texts } from './texts'
import { newestByte } from './told'
import { unsubscribeUrl } from './unsubscribeUrl'
import type { World } from './world'

const longestWaitMs = 5000

/** What an attempt needs, the same for all slots of a channel. */
export interface Tools {
  readonly clock: Clock
  readonly random: Random
  readonly world: World
  readonly texts: Texts
  readonly keys: Keys
  readonly publicUrl: string | undefined
  readonly readRider: (operator: string, number: number) => Promise<Rider | undefined>
  /** Whether this process may still send for the cohort, in this moment. */
  readonly serves: (cohort: OpenCohort) => boolean
  /** A messenger that throws has a fault of ours. */
  readonly fault: (error: unknown) => void
}

export interface Claim {
  readonly cohort: OpenCohort
  readonly slot: number
  readonly messenger: Messenger
  readonly account: Account
  /** The rider as he was read with the claim; when, by the monotonic clock. */
  read?: { readonly rider: Rider | undefined; readonly atMs: number }
}

/** One round of a claimed slot: facts, rider and text are looked at again before every repetition. */
export async function attempt(claim: Claim, firstRead: Rider | undefined, tools: Tools): Promise<Result> {
  let rider = firstRead
  for (let repetition = 0; ; repetition++) {
    const prepared = await prepare(claim, rider, tools)
    if ('kind' in prepared) return prepared
    if (!tools.serves(claim.cohort)) return { kind: 'given back' }
    const outcome = await claim.messenger.send(prepared.message).catch((error: unknown) => (tools.fault(error), fault))
    const result: Result = { kind: 'attempted', outcome, told: prepared.told }
    if (repetition >= repetitions || !worthRepeating(outcome)) return result
    await tools.clock.sleep(inPlaceDelay(repetition, tools.random))
    if (!tools.serves(claim.cohort) || !(await mayRepeat(claim, tools))) return result
    rider = await tools.readRider(claim.cohort.header.operator, claim.cohort.recipient(claim.slot).rider)
  }
}

const fault: Outcome = { kind: 'retry', reason: 'SERVER_ERROR' }

const worthRepeating = (outcome: Outcome): boolean =>
  outcome.kind === 'retry' && (outcome.afterMs ?? 0) < longestWaitMs && outcome.reason !== 'RATE_LIMITED'

/** Every request costs a token of the account. */
async function mayRepeat({ account }: Claim, { clock }: Tools): Promise<boolean> {
  return (await account.draw(1, clock.now())) > 0 && account.spend()
}

async function prepare(claim: Claim, rider: Rider | undefined, tools: Tools): Promise<Result | { message: OutMessage; told: number }> {
  const { cohort, slot, account } = claim
  const { operator, disruption: id } = cohort.header
  const nowMs = tools.clock.now()
  if (!tools.serves(cohort) || account.isBlocked(nowMs)) return { kind: 'given back' }
  const disruption = tools.world.disruption(operator, id)
  if (!disruption) return { kind: 'given back' }
  const verdict = judgeFacts(cohort.slot(slot), disruption, Math.floor(nowMs / 1000))
  if (verdict === 'told') return { kind: 'nothing new' }
  if (verdict !== 'send') return { kind: 'ended', end: verdict }
  return compose(claim, rider, disruption, nowMs, tools)
}

async function compose(
  claim: Claim,
  rider: Rider | undefined,
  disruption: Disruption,
  nowMs: number,
  tools: Tools,
): Promise<Result | { message: OutMessage; told: number }> {
  const { cohort, slot, messenger } = claim
  const { world, keys, texts } = tools
  const now = Math.floor(nowMs / 1000)
  const operator = world.knownOperator(disruption.operator) ?? (await world.operator(disruption.operator))
  const lines = world.linesOf(operator.id)
  const at = Math.max(now, hearsFrom(cohort, slot))
  const touched = world.touchedBy(disruption)
  const judged = judgeRider({ rider, channel: messenger.channel, touched, timezone: operator.timezone, at, now })
  if ('reason' in judged) return { kind: 'ended', end: { state: 'SUPPRESSED', reason: judged.reason } }
  const told = cohort.toldOf(slot)
  const { language, id } = rider as Rider
  const disrupted = (line: string) => world.isDisrupted(operator.id, line)
  const text = texts.of({ disruption, told, language, operator, lines, disrupted, now })
  const address = opened(() => keys.open(operator.id, id, judged.address.sealed))
  if (!text || address === undefined) return { kind: 'ended', end: { state: 'FAILED', reason: text ? 'NO_ADDRESS' : 'REJECTED' } }
  const unsubscribe = messenger.unsubscribes ? unsubscribeUrl(tools.publicUrl, keys, rider as Rider) : undefined
  const message = { id: deliveryId(cohort.id, slot, text.facts.revision), address, ...text, language, unsubscribeUrl: unsubscribe, nowMs }
  return { message, told: newestByte(disruption) }
}

/** A whole message may come before the window opens (half the minutes until then stand in the recipient); epoch seconds. */
function hearsFrom(cohort: OpenCohort, slot: number): number {
  if (cohort.toldOf(slot) > 0) return 0
  return Math.floor(cohort.header.openedAtMs / 1000) + cohort.urgency(slot) * 120
}

/** undefined: the sealed bytes are damaged or belong to somebody else. */
function opened(open: () => string): string | undefined {
  try {
    return open()
  } catch {
    return undefined
  }
}
