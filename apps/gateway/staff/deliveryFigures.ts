import { type SlotState, readSlot, slotBytes, slotStates } from '#domain/slot'
import { type ChannelName, channelNames } from '#domain/rider'
import type { Store } from '#store/ports'
import type { DeliveryView } from '#domain/controlRoom'

type Counts = Record<SlotState, number>

const none = (): Counts => Object.fromEntries(slotStates.map((s) => [s, 0])) as Counts

/** Delivery of a disruption by state, summed from the slots of its cohorts: never counted beside them. */
export async function deliveryFigures(store: Store, operator: string, disruption: string): Promise<DeliveryView> {
  const cohorts = await store.cohorts.list(`${operator}/${disruption}/`)
  const byChannel: Partial<Record<ChannelName, Counts>> = {}
  for (const { id } of cohorts) {
    const channel = channelOf(id)
    if (channel) byChannel[channel] = plus(byChannel[channel] ?? none(), countSlots((await store.cohorts.slots(id)) ?? Buffer.alloc(0)))
  }
  const byState = Object.values(byChannel).reduce(plus, none())
  return { riders: slotStates.reduce((sum, s) => sum + byState[s], 0), byState, byChannel }
}

/** Slots of a cohort by state. */
export function countSlots(slots: Buffer): Counts {
  const counts = none()
  for (let i = 0; i < slots.length / slotBytes; i++) counts[readSlot(slots, i).state]++
  return counts
}

const plus = (a: Counts, b: Counts): Counts => Object.fromEntries(slotStates.map((s) => [s, a[s] + b[s]])) as Counts

/** From a cohort's id `operator/disruption/CHANNEL/n`. */
const channelOf = (id: string): ChannelName | undefined => channelNames.find((c) => c === id.split('/').at(-2))
