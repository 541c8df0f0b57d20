import type { Bus } from '#bus/bus'
import { dispatches } from '#bus/topics'
import { publish } from '#bus/typed'
import { decodeCohortHeader } from '#domain/cohortHeader'
import { type CohortKey, cohortId } from '#domain/dispatch'
import type { Disruption } from '#domain/disruption'
import { recipientRider } from '#domain/recipient'
import type { ChannelName } from '#domain/rider'
import { type SlotReason, readSlot, slotBytes, slotReasons } from '#domain/slot'
import type { Store } from '#store/ports'
import { judgeFacts } from './judgeFacts'

/** A rider whom an alert has not reached, for good. */
export interface DeadLetter extends CohortKey {
  readonly slot: number
  /** The rider's number. */
  readonly rider: number
  readonly reason: SlotReason
  readonly attempts: number
  /** The revision that the rider got before, 0 none. */
  readonly told: number
}

export interface DeadLetterFilter {
  readonly channel?: ChannelName
  readonly reason?: SlotReason
  readonly disruption?: string
}

/** All dead letters of an operator that the filter lets through, by cohort and slot. Reads every cohort that the store still keeps. */
export async function deadLetters(
  store: { readonly cohorts: Pick<Store['cohorts'], 'list' | 'slots' | 'recipients'> },
  operator: string,
  filter: DeadLetterFilter = {},
): Promise<DeadLetter[]> {
  const cohorts = await store.cohorts.list(filter.disruption ? `${operator}/${filter.disruption}/` : `${operator}/`)
  const found: DeadLetter[] = []
  for (const { id, header } of cohorts) {
    const key = decodeCohortHeader(header)
    if (filter.channel && key.channel !== filter.channel) continue
    const slots = await store.cohorts.slots(id)
    const own = slots ? failedIn(slots, filter.reason) : []
    const recipients = own.length > 0 ? await store.cohorts.recipients(id) : undefined
    if (recipients) found.push(...own.map((failed) => ({ ...keyOf(key), ...failed, rider: recipientRider(recipients, failed.slot) })))
  }
  return found
}

/** What a replay would do now. `now`: epoch seconds; `of`: the disruptions as they stand. */
export function isReplayable(letter: DeadLetter, d: Disruption | undefined, now: number): boolean {
  return d !== undefined && d.publication !== 'HELD' && judgeFacts(letter, d, now) === 'send'
}

export interface DeadLetterCount {
  readonly channel: ChannelName
  readonly reason: SlotReason
  readonly letters: number
  readonly replayable: number
}

/** By channel and reason, the most first. */
export function countDeadLetters(letters: readonly DeadLetter[], replayable: (letter: DeadLetter) => boolean): DeadLetterCount[] {
  const groups = Map.groupBy(letters, ({ channel, reason }) => `${channel}/${reason}`)
  return [...groups.values()]
    .map((own) => {
      const { channel, reason } = own[0] as DeadLetter
      return { channel, reason, letters: own.length, replayable: own.filter(replayable).length }
    })
    .sort((a, b) => b.letters - a.letters)
}

/**
 * Orders another try, from the owners of the cohorts: all dead letters of the cohorts named here that have the reasons named here. Address,
 * consent, end and the account's limits are looked at as for any other message. Durable when it resolves; answers how many cohorts.
 */
export async function replay(bus: Bus, letters: readonly DeadLetter[]): Promise<number> {
  const cohorts = [...Map.groupBy(letters, cohortId).values()]
  for (const own of cohorts) {
    const first = own[0] as DeadLetter
    const retry = Uint8Array.from(new Set(own.map(({ reason }) => slotReasons.indexOf(reason))))
    await publish(bus, dispatches(first.channel), [{ ...keyOf(first), revision: 0, severity: 'INFO', recipients: new Uint8Array(), retry }])
  }
  return cohorts.length
}

const keyOf = ({ operator, disruption, channel, cohort }: CohortKey): CohortKey => ({ operator, disruption, channel, cohort })

function failedIn(slots: Buffer, wanted: SlotReason | undefined): Omit<DeadLetter, keyof CohortKey | 'rider'>[] {
  return Array.from({ length: slots.length / slotBytes }, (_, slot) => slot).flatMap((slot) => {
    const { state, reason, attempts, told } = readSlot(slots, slot)
    return state === 'FAILED' && (!wanted || reason === wanted) ? [{ slot, reason, attempts, told }] : []
  })
}
