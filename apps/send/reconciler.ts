import { decodeCohortHeader } from '#domain/cohortHeader'
import type { Disruption } from '#domain/disruption'
import type { Clock } from '#domain/ports'
import { cohortShard } from '#domain/dispatch'
import type { ChannelName } from '#domain/rider'
import { readSlot, slotBytes } from '#domain/slot'
import type { Logger } from '#service/log'
import type { Cohorts } from '#store/ports'
import type { CohortDesk } from './cohortDesk'
import { lostIntents } from './metrics'
import { isTakeable } from './picker'
import type { Timing } from './timing'
import { isUnfinished } from './wants'
import type { World } from './world'

export interface ReconcilerParts {
  readonly channel: ChannelName
  readonly cohorts: Cohorts
  readonly clock: Clock
  readonly world: World
  readonly desk: CohortDesk
  readonly timing: Timing
  readonly serves: (shard: number, epoch: number) => boolean
  readonly log: Pick<Logger, 'warn' | 'error' | 'info'>
}

const lookedBackS = 7 * 86_400
/** Match is about to say that it is due. */
const newMs = 60_000
const everything = Number.MAX_SAFE_INTEGER

/**
 * Finds what has to go on although nobody says so, of each shard that is served: cohorts that are due (left by a predecessor, or their dispatch
 * was lost), often; and intents without an end of which the store does not even say that they are due, seldom: those are counted and logged,
 * for something has gone wrong. One look a shard at a time; a cohort found in order is not read again before its disruption changes.
 */
export class Reconciler {
  private readonly cancels = new Map<number, () => void>()
  /** Cohorts that had nothing to do as this disruption stands. */
  private readonly inOrder = new WeakMap<Disruption, Set<string>>()
  private stopped = false

  constructor(private readonly parts: ReconcilerParts) {}

  begin(shard: number, epoch: number): void {
    const { timing, clock } = this.parts
    void this.look(shard, epoch, clock.elapsed() + timing.firstSweepMs, true)
  }

  end(shard: number): void {
    this.cancels.get(shard)?.()
    this.cancels.delete(shard)
  }

  stop(): void {
    this.stopped = true
    for (const shard of this.cancels.keys()) this.end(shard)
  }

  private async look(shard: number, epoch: number, sweepAtMs: number, isFirst = false): Promise<void> {
    const { clock, timing, log, channel, desk } = this.parts
    const isSweep = clock.elapsed() >= sweepAtMs
    try {
      const resumed = await desk.resume(shard, epoch)
      if (resumed > 0) log.info({ channel, shard, resumed }, isFirst ? 'cohorts resumed' : 'cohorts were due and nobody had said so')
      if (isSweep) await this.sweep(shard, epoch)
    } catch (error) {
      log.error({ err: error, channel, shard }, 'the store could not be asked for what is due; trying again')
    }
    if (this.stopped || !this.parts.serves(shard, epoch)) return
    const nextSweep = isSweep ? clock.elapsed() + timing.sweepMs : sweepAtMs
    const waitMs = Math.max(1, Math.min(timing.dueMs, nextSweep - clock.elapsed()))
    this.cancels.set(shard, clock.timer(waitMs, () => void this.look(shard, epoch, nextSweep))) // prettier-ignore
  }

  private async sweep(shard: number, epoch: number): Promise<void> {
    const { world, clock, cohorts, channel } = this.parts
    const due = new Set(await cohorts.due(channel, [shard], everything, everything))
    for (const d of world.changedSince(Math.floor(clock.now() / 1000) - lookedBackS)) {
      for (const { id, header } of await cohorts.list(`${d.operator}/${d.id}/${channel}/`)) {
        if (cohortShard(id) !== shard || due.has(id) || this.inOrder.get(d)?.has(id)) continue
        if (decodeCohortHeader(header).openedAtMs + newMs < clock.now()) await this.examine(id, d, epoch)
      }
    }
  }

  private async examine(id: string, d: Disruption, epoch: number): Promise<void> {
    const { cohorts, desk, clock, log, channel } = this.parts
    if (desk.open.has(id)) return
    const slots = await cohorts.slots(id)
    const lost = slots ? unfinishedIn(slots, d, Math.floor(clock.now() / 1000)) : 0
    if (lost > 0 && isTakeable({ revision: 0 }, d) && !desk.open.has(id)) {
      lostIntents.inc({ operator: d.operator, channel }, lost)
      log.warn({ channel, cohort: id, lost }, 'intents without an end, of which nobody knew: they are taken up')
      await cohorts.setDue(id, clock.now())
      await desk.take(id, epoch)
    } else this.inOrder.set(d, (this.inOrder.get(d) ?? new Set()).add(id))
  }
}

function unfinishedIn(slots: Buffer, d: Disruption, now: number): number {
  let count = 0
  for (let i = 0; i < slots.length / slotBytes; i++) if (isUnfinished(readSlot(slots, i), d, now)) count++
  return count
}
