import type { Trip } from '#domain/frame'
import { packedStopBytes, stopFlag } from '#domain/packedStops'
import type { Placed } from './frames'
import type { Network } from './network'
import { runsOn } from './dayOfRun'
import { runOn } from './run'
import { firstDeparture } from './runSpan'
import { parseDate } from './serviceDay'
import { scheduledStops } from './stopRows'
import type { TripState } from './tripState'
import { TripUpdateColumns } from './tripUpdate'

/** A trip that would leave less late than this is not told of: layovers are longer than the timetable says. */
const leastDelay = 60

const columns = new TripUpdateColumns()

/**
 * A vehicle that comes in late cannot leave on time: the next trip of its block is late by predicted arrival − scheduled departure, if the
 * feed says nothing of that trip (most producers say it themselves: Kingston). One trip ahead only, and only on lines that the feed shows: of
 * others another feed may know better. Remembered by the late run, so that an unchanged one gives the same object.
 */
export class KnockOns {
  private known = new WeakMap<Placed, Placed | 'none'>()

  of(network: Network | undefined, runs: ReadonlyMap<string, Placed>, states: Iterable<TripState>): Placed[] {
    if (!network) return []
    const next = new Map<number, Placed>()
    const lines = new Set<number>()
    for (const run of runs.values()) {
      lines.add(run.line)
      const knocked = this.after(network, run)
      if (knocked) next.set(knocked.at.trip, knocked)
    }
    if (next.size > 0) withoutTold(next, states)
    return [...next.values()].filter(({ line }) => lines.has(line))
  }

  clear(): void {
    this.known = new WeakMap()
  }

  private after(network: Network, run: Placed): Placed | undefined {
    const delay = delayAtEnd(run.trip)
    if (delay < leastDelay || run.at.trip < 0 || run.trip.relation !== 'SCHEDULED') return undefined
    let next = this.known.get(run)
    if (next === undefined) this.known.set(run, (next = knockedOn(network, run, delay) ?? 'none'))
    return next === 'none' ? undefined : next
  }
}

/** Whatever the feed says of a trip itself, that it is cancelled, deleted or rejected too. */
function withoutTold(next: Map<number, Placed>, states: Iterable<TripState>): void {
  for (const { outcome } of states) {
    const knocked = next.get(outcome.at.trip)
    if (knocked && knocked.at.startDate === outcome.at.startDate) next.delete(outcome.at.trip)
  }
}

/** Predicted at the last stop, seconds; 0 when nothing is. */
function delayAtEnd({ stops }: Trip): number {
  const at = stops.byteLength - packedStopBytes
  if (at < 0 || !((stops[at + 2] as number) & stopFlag.hasDelay)) return 0
  const byte = (i: number) => stops[at + i] as number
  return byte(8) | (byte(9) << 8) | (byte(10) << 16) | (byte(11) << 24)
}

function knockedOn(network: Network, { at, trip }: Placed, delay: number): Placed | undefined {
  const day = parseDate(at.startDate)
  const next = nextOfBlock(network, at.trip, day)
  if (next === undefined) return undefined
  const run = runOn(network, next, day)
  columns.count = 0
  columns.delay = trip.end + delay - (run.zero + firstDeparture(network.timetable, next))
  if (columns.delay < leastDelay) return undefined
  const { stops, start, end } = scheduledStops(network, run, columns, () => undefined)
  const { trips } = network.timetable
  const { key, tripId, startDate, direction, line } = run
  const towards = trips.headsigns.text(trips.headsign[next] as number)
  const knocked: Trip = {
    key, tripId, startDate, direction, towards, relation: 'SCHEDULED', joined: true, vehicle: trip.vehicle, start, end, stops,
  } // prettier-ignore
  return { line, trip: knocked, at: { trip: next, startDate } }
}

/** The first trip of the same block that leaves on the same service day when this one has come in. */
function nextOfBlock({ timetable }: Network, trip: number, day: number): number | undefined {
  const { trips, times } = timetable
  const arrives = times.arrival[(trips.first[trip + 1] as number) - 1] ?? 0
  return trips.blocks
    .around(trip)
    .filter((t) => t !== trip && firstDeparture(timetable, t) >= arrives && runsOn(timetable, t, day) && !timetable.frequencies.has(t))
    .reduce<number | undefined>(
      (best, t) => (best === undefined || firstDeparture(timetable, t) < firstDeparture(timetable, best) ? t : best),
      undefined,
    )
}
