import type { ChannelName } from '#domain/rider'
import { type Slot, type SlotReason, type SlotState, slotBytes, slotReasons, slotStates } from '#domain/slot'
import { beforeRead, intents, openCohorts, possibleDuplicates, secondsToSent, slotsByState, transitions } from './metrics'
import type { OpenCohort } from './openCohort'

/**
 * Counts by transitions of slots; what is open is counted once when it opens and taken back when it is done. Noted here in plain numbers, and
 * given to the metrics when somebody reads them: a metric with labels costs microseconds, and a fan-out has many transitions.
 */
export class Tally {
  private readonly noted = new Map<string, Noted>()

  constructor(private readonly channel: ChannelName) {
    beforeRead(() => this.flush())
  }

  opened(cohort: OpenCohort): void {
    this.count(cohort, 1)
  }

  done(cohort: OpenCohort): void {
    this.count(cohort, -1)
  }

  moved({ header: { operator } }: OpenCohort, from: Slot, to: Slot): void {
    const noted = this.of(operator)
    add(noted.states, from.state, -1)
    add(noted.states, to.state, 1)
    const move = slotStates.indexOf(to.state) * slotReasons.length + slotReasons.indexOf(to.reason)
    add(noted.moves, move, 1)
    if (to.state === 'SENT' && from.told === 0 && to.told > 0) secondsToSent.observe(noted.labels, to.sentAfterTenths / 10)
  }

  possibleDuplicate({ header: { operator } }: OpenCohort): void {
    possibleDuplicates.inc({ operator, channel: this.channel })
  }

  private count(cohort: OpenCohort, sign: 1 | -1): void {
    const labels = { operator: cohort.header.operator, channel: this.channel }
    openCohorts.inc(labels, sign)
    intents.inc(labels, sign * cohort.size)
    const { states } = this.of(labels.operator)
    for (let at = 0; at < cohort.slots.length; at += slotBytes) add(states, slotStates[cohort.slots[at] as number] ?? 'PENDING', sign)
  }

  private flush(): void {
    for (const { labels, states, moves } of this.noted.values()) {
      for (const [state, count] of states) slotsByState.inc({ ...labels, state }, count)
      for (const [move, count] of moves) transitions.inc({ ...labels, ...namesOf(move) }, count)
    }
    this.noted.clear()
  }

  private of(operator: string): Noted {
    let noted = this.noted.get(operator)
    if (!noted) this.noted.set(operator, (noted = { labels: { operator, channel: this.channel }, states: new Map(), moves: new Map() }))
    return noted
  }
}

/** Since the metrics were read last. */
interface Noted {
  readonly labels: { readonly operator: string; readonly channel: ChannelName }
  readonly states: Map<SlotState, number>
  /** By state and reason that a slot came to. */
  readonly moves: Map<number, number>
}

const namesOf = (move: number): { state: SlotState; reason: SlotReason } => ({
  state: slotStates[Math.floor(move / slotReasons.length)] as SlotState,
  reason: slotReasons[move % slotReasons.length] as SlotReason,
})

const add = <K>(counts: Map<K, number>, key: K, by: number): void => void counts.set(key, (counts.get(key) ?? 0) + by)
