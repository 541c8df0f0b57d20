import { type SlotState, slotStates } from '#domain/slot'
import type { Violation } from './check'
import type { FinalSlot, History, Intent } from './history'
import { byDelivery, byRider, isShown } from './keys'

/** A violation, and the intent that is lost by it. */
export interface Loss {
  readonly intent: string
  readonly violation: Violation
}

const open: readonly SlotState[] = ['PENDING', 'CLAIMED', 'PARKED']

/**
 * L1: every intent comes to an end: its revision or a newer one was told, or there is a reason why not. An attempt whose outcome nobody knows
 * ends as a dead letter; where the messenger never saw anything of it, that is a loss all the same.
 */
export function terminalLaw({ intents, arrivals, slots }: History): Loss[] {
  const bySlot = new Map(slots.map((s) => [byRider(s), s]))
  const seen = new Set(arrivals.map(byRider))
  return intents.flatMap((intent) => {
    const why = unfinished(intent, bySlot.get(byRider(intent)), seen)
    return why === undefined ? [] : [loss('L1', intent, `${byDelivery(intent)} ${why}`)]
  })
}

function unfinished(intent: Intent, slot: FinalSlot | undefined, seen: ReadonlySet<string>): string | undefined {
  if (!slot) return 'is in no cohort'
  if (open.includes(slot.state)) return `is still ${slot.state}`
  if (slot.state === 'SENT' && slot.told < intent.revision) return `was told revision ${slot.told} only`
  if (slot.state === 'FAILED' && !seen.has(byRider(intent))) return `is a dead letter (${slot.reason}) of which the messenger knows nothing`
  return undefined
}

/** L2, first half: what the ledger calls told, the messenger has. */
export function shownLaw({ intents, arrivals, slots }: History): Loss[] {
  const shown = new Set(arrivals.filter(isShown).map(byDelivery))
  const wanted = new Set(intents.map(byRider))
  return slots.flatMap((slot) => {
    const delivery = { ...slot, revision: slot.told }
    if (slot.told === 0 || shown.has(byDelivery(delivery)) || !wanted.has(byRider(slot))) return []
    return [loss('L2', delivery, `${byDelivery(delivery)} counts as told, and the messenger never got it`)]
  })
}

const loss = (law: 'L1' | 'L2', i: Parameters<typeof byDelivery>[0], detail: string): Loss => ({
  intent: byDelivery(i),
  violation: { law, detail },
})

/** L7: as many slots as riders who have something to hear, each rider in one. */
export function onceLaw({ intents, slots }: History): Violation[] {
  const wanted = new Set(intents.map(byRider))
  const slotted = Map.groupBy(slots, byRider)
  const twice = [...slotted].filter(([, own]) => own.length > 1)
  const nobody = [...slotted.keys()].filter((rider) => !wanted.has(rider))
  const sum: Violation[] =
    slots.length === wanted.size ? [] : [{ law: 'L7', detail: `${slots.length} slots for ${wanted.size} riders and disruptions` }]
  return [
    ...sum,
    ...twice.map(([rider, own]): Violation => ({ law: 'L7', detail: `${rider} is in ${own.length} slots` })),
    ...nobody.map((rider): Violation => ({ law: 'L7', detail: `${rider} has a slot and nothing to hear` })),
  ]
}

/** L8: what the system shows is what its ledger holds; a disruption without counters is not judged. */
export function countersLaw({ counters, slots }: History): Violation[] {
  const disruptions = new Set(counters.map((c) => `${c.operator}/${c.disruption}`))
  return [...disruptions].flatMap((disruption) =>
    slotStates.flatMap((state): Violation[] => {
      const ofIt = (c: { operator: string; disruption: string; state: SlotState }) =>
        `${c.operator}/${c.disruption}` === disruption && c.state === state
      const shown = counters.filter(ofIt).reduce((sum, c) => sum + c.count, 0)
      const held = slots.filter(ofIt).length
      return shown === held ? [] : [{ law: 'L8', detail: `${disruption}: ${shown} ${state} are shown, the ledger holds ${held}` }]
    }),
  )
}
