import type { ChannelName } from '#domain/rider'
import { type Slot, slotBytes, slotStates } from '#domain/slot'
import { intents, openCohorts, possibleDuplicates, secondsToSent, slotsByState, transitions } from './metrics'
import type { OpenCohort } from './openCohort'

/** Counts by transitions of slots; what is open is counted once when it opens and taken back when it is done. */
export class Tally {
  constructor(private readonly channel: ChannelName) {}

  opened(cohort: OpenCohort): void {
    this.count(cohort, 1)
  }

  done(cohort: OpenCohort): void {
    this.count(cohort, -1)
  }

  moved(cohort: OpenCohort, from: Slot, to: Slot): void {
    const labels = this.labels(cohort)
    if (from.state !== to.state) {
      slotsByState.dec({ ...labels, state: from.state })
      slotsByState.inc({ ...labels, state: to.state })
    }
    transitions.inc({ ...labels, state: to.state, reason: to.reason })
    if (to.state === 'SENT' && from.told === 0 && to.told > 0) secondsToSent.observe(labels, to.sentAfterTenths / 10)
  }

  possibleDuplicate(cohort: OpenCohort): void {
    possibleDuplicates.inc(this.labels(cohort))
  }

  private count(cohort: OpenCohort, sign: 1 | -1): void {
    const labels = this.labels(cohort)
    openCohorts.inc(labels, sign)
    intents.inc(labels, sign * cohort.size)
    for (const [state, count] of countStates(cohort.slots)) slotsByState.inc({ ...labels, state }, sign * count)
  }

  private labels = (cohort: OpenCohort) => ({ operator: cohort.header.operator, channel: this.channel })
}

function countStates(slots: Buffer): Map<string, number> {
  const counts = new Map<string, number>()
  for (let at = 0; at < slots.length; at += slotBytes) {
    const state = slotStates[slots[at] as number] ?? 'PENDING'
    counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  return counts
}
