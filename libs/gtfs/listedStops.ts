import { StopPacker, stopFlag } from '#domain/packedStops'
import type { Run } from './run'
import { type StopsOfRun, isAbsurd } from './stopRows'
import { type TripUpdateColumns, has, stopRelation } from './tripUpdate'

const packer = new StopPacker()

/** What the timetable says of a run whose stops the feed lists itself. Asked in the order of the updates. */
export interface Plan {
  /** Scheduled time of the stop, epoch seconds; 0 = none. */
  planned(update: number): number
  /** Scheduled stops between the update before and this one that the feed leaves out; `updates.count` asks for those behind the last. */
  leftOut(update: number): readonly { readonly stop: number; readonly scheduled: number }[]
}

export const noPlan: Plan = { planned: () => 0, leftOut: () => [] }

/**
 * The stops of a run that the timetable does not know, or whose stops the feed replaces: those that the feed lists. Scheduled is what the
 * feed says itself (scheduled_time, or time minus delay), else as planned; without either there is no delay. Scheduled stops that a
 * replacement leaves out are skipped ones.
 */
export function listedStops(
  run: Run,
  updates: TripUpdateColumns,
  stopOf: (update: number) => number,
  plan: Plan,
  warn: (reason: string) => void,
): StopsOfRun {
  const seen = { first: 0, last: 0 }
  let flags: number = updates.delay === undefined ? 0 : stopFlag.hasDelay
  let delay = updates.delay ?? 0
  let skipped = 0
  let absurd = false
  let believed = false
  for (let i = 0; i < updates.count; i++) {
    const kind = updates.relation[i] as number
    const event = listedEvent(updates, i, i === updates.count - 1, plan)
    for (const out of plan.leftOut(i)) packer.push(out.stop, stopFlag.skipped, out.scheduled, 0)
    const bad = event.delay !== undefined && isAbsurd(event.delay)
    if (bad) warn('DELAY_ABSURD')
    absurd ||= bad
    if (kind === stopRelation.skipped) skipped++
    else if (kind === stopRelation.noData || bad) flags = stopFlag.noData
    else if (event.delay !== undefined && kind === stopRelation.scheduled) {
      believed = true
      flags = stopFlag.hasDelay
      delay = event.delay
    } else if (event.time) flags = 0
    const stop = stopOf(i)
    if (stop < 0) {
      warn('UNKNOWN_STOP')
      continue
    }
    const own = kind === stopRelation.skipped ? stopFlag.skipped : flags
    const scheduled = bad || !run.timed ? 0 : event.scheduled
    packer.push(stop, own, scheduled, own & stopFlag.hasDelay ? delay : 0)
    seen.first ||= scheduled
    seen.last = scheduled
  }
  for (const out of plan.leftOut(updates.count)) packer.push(out.stop, stopFlag.skipped, out.scheduled, 0)
  const allSkipped = updates.count > 0 && skipped === updates.count
  return { stops: packer.take(), allSkipped, absurd: absurd && !believed, start: run.start || seen.first, end: seen.last }
}

interface ListedEvent {
  /** Predicted, epoch seconds; 0 when not given. */
  readonly time: number
  readonly scheduled: number
  readonly delay: number | undefined
}

function listedEvent(updates: TripUpdateColumns, i: number, last: boolean, plan: Plan): ListedEvent {
  const bits = updates.has[i] as number
  const departs = bits & (has.departureTime | has.departureDelay)
  const arrives = bits & (has.arrivalTime | has.arrivalDelay)
  const arrival = last ? arrives !== 0 : departs === 0
  const time = (arrival ? bits & has.arrivalTime && updates.arrivalTime[i] : bits & has.departureTime && updates.departureTime[i]) || 0
  const given = arrival
    ? bits & has.arrivalDelay
      ? updates.arrivalDelay[i]
      : undefined
    : bits & has.departureDelay
      ? updates.departureDelay[i]
      : undefined
  const own = (arrival ? bits & has.arrivalPlan && updates.arrivalPlan[i] : bits & has.departurePlan && updates.departurePlan[i]) || 0
  const byTimetable = plan.planned(i)
  const scheduled = own || (time && given !== undefined ? time - given : byTimetable)
  return { time, scheduled, delay: scheduled && time ? time - scheduled : given }
}
