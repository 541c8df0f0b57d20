import { type ChannelName } from '#domain/rider'
import { readRecipient, recipientBytes } from '#domain/recipient'
import { readSlot } from '#domain/slot'
import type { Store } from '#store/ports'
import type { Arrival, FinalSlot, History, Intent } from '../laws/history'
import type { RiderTimes } from './riderTimes'
import { wants } from './riderTimes'
import type { Story } from './told'
import { operatorIds } from './town'
import { schedule } from './truth'

export interface Slotted extends FinalSlot {
  readonly rider: number
  readonly openedAtMs: number
}

/** Open so long after everything is well, a disruption has to be told to all who want to hear of it. */
const mustAfterMs = 150_000
/** A process that was frozen may open a cohort with what it had read a minute ago; pages know a rider before the record is there. */
const slackMs = 70_000

export async function slotsOf(store: Store, times: RiderTimes): Promise<Slotted[]> {
  const all: Slotted[] = []
  for (const operator of operatorIds) {
    for (const { id, header } of await store.cohorts.list(`${operator}/`)) {
      const { disruption, channel, cohort, openedAtMs } = JSON.parse(header.toString()) as { disruption: string; channel: ChannelName; cohort: number; openedAtMs: number } // prettier-ignore
      const recipients = (await store.cohorts.recipients(id)) ?? Buffer.alloc(0)
      const slots = (await store.cohorts.slots(id)) ?? Buffer.alloc(0)
      for (let i = 0; i < recipients.length / recipientBytes; i++) {
        const { rider } = readRecipient(recipients, i)
        const { state, told, reason } = readSlot(slots, i)
        const address = times.nameOf(operator, rider, channel)
        // A number whose record was never applied, because its first record was repeated with another one: nobody waits for it.
        if (address === undefined && readSlot(slots, i).told === 0) continue
        all.push({
          operator,
          disruption,
          channel,
          cohort,
          slot: i,
          address: address ?? `unknown ${rider}`,
          state,
          told,
          reason,
          rider,
          openedAtMs,
        })
      }
    }
  }
  return all
}

/** What had to be told, by the truth of disruptions and riders' wishes. */
export function intentsOf(stories: readonly Story[], slots: readonly Slotted[], times: RiderTimes): Intent[] {
  return stories.flatMap((story) => {
    const own = slots.filter((s) => s.operator === story.operator && s.disruption === story.id)
    const may = own.filter((slot) => mayHear(story, slot, times)).flatMap((slot) => revisionsFor(story, slot))
    const have = new Set(own.map((s) => s.address))
    const must = mustHear(story, times).filter((i) => !have.has(i.address))
    return [...may, ...must]
  })
}

/** The rider wanted to hear of a line of it while the cohort may have been made. */
function mayHear(story: Story, slot: Slotted, times: RiderTimes): boolean {
  const id = times.idOf(story.operator, slot.rider)
  if (id === undefined || story.tellable.length === 0) return false
  const standings = times.standings(story.operator, id)
  return standings.some(({ atMs, rider }, i) => {
    const until = standings[i + 1]?.atMs ?? Infinity
    return atMs <= slot.openedAtMs + slackMs && until >= slot.openedAtMs - slackMs && story.lines.some((line) => wants(rider, line))
  })
}

const revisionsFor = (story: Story, slot: Slotted): Intent[] => story.fullest.revisions.map((r) => intentOf(story, slot, r.number))

function mustHear(story: Story, times: RiderTimes): Intent[] {
  const since = schedule.healed * 1000
  const openFrom = story.tellable.find(({ value }) => value.publication === 'TOLD')?.atMs ?? Infinity
  const over = story.records.find(({ atMs, value }) => atMs >= openFrom && value?.state === 'CLOSED')?.atMs ?? Infinity
  if (over < Math.max(since, openFrom) + mustAfterMs || openFrom === Infinity) return []
  const lines = story.tellable[0]?.value.scopes.map((s) => s.line) ?? []
  return times.all().flatMap(({ operator, standings }): Intent[] => {
    const rider = standings.at(-1)?.rider
    const isSettled = standings.every((s) => s.atMs < since)
    if (operator !== story.operator || !rider || !isSettled || !lines.some((line) => wants(rider, line))) return []
    const { channel } = rider.addresses[0] as { channel: ChannelName }
    const address = times.nameOf(operator, rider.number, channel) ?? ''
    return [intentOf(story, { channel, address }, 1)]
  })
}

function intentOf(story: Story, { channel, address }: Pick<FinalSlot, 'channel' | 'address'>, revision: number): Intent {
  const { operator, id: disruption, fullest } = story
  const facts = fullest.revisions[revision - 1]
  const end = fullest.revisions.findLast((r) => r.number <= revision && !r.closing)?.declaredEnd ?? 0
  const kind = facts?.closing ? 'clear' : revision === 1 ? 'alert' : 'update'
  return { operator, channel, address, disruption, revision, kind, expiresAt: end > 0 ? end : undefined }
}

/** Nothing more is said of what was withdrawn: that a slot stays at what was told before is an end, too. */
export function historyOf(stories: readonly Story[], slots: readonly Slotted[], times: RiderTimes, arrivals: readonly Arrival[]): History {
  const withdrawn = new Set(stories.filter((s) => s.last?.publication === 'WITHDRAWN').map((s) => `${s.operator}/${s.id}`))
  const final = slots.map((s) => (s.state === 'SENT' && withdrawn.has(`${s.operator}/${s.disruption}`) ? { ...s, state: 'SUPPRESSED' as const } : s)) // prettier-ignore
  return { intents: intentsOf(stories, final, times), arrivals, slots: final, counters: [], health: [] }
}
