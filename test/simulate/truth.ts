import type { Chance } from './chance'
import { noon, operatorIds, townLines } from './town'

/** What really happens on a line, epoch seconds. `vanished`: its late trips run on and are not in the feed. */
export interface Episode {
  readonly operator: string
  readonly line: string
  readonly kind: 'late' | 'cancelled'
  readonly from: number
  readonly to: number
  /** Seconds; grows at half-time where it does. */
  readonly delay: number
  readonly later: number
  readonly vanished?: { readonly from: number; readonly to: number }
}

export interface Schedule {
  /** Epoch seconds: nothing goes wrong before and after. */
  readonly faultsFrom: number
  readonly healed: number
  /** When all lines run as they should again, and staff have ended what they issued. */
  readonly calm: number
}

export const schedule: Schedule = { faultsFrom: noon + 60, healed: noon + 10 * 60, calm: noon + 17 * 60 }

/** A line is late a few times, with pauses in which the all-clear is due; the last time, one line of every operator is late after all faults. */
export function episodesOf(chance: Chance): Episode[] {
  return operatorIds.flatMap((operator) => {
    const last = chance.pick(townLines).id
    return townLines.flatMap(({ id }) => [
      ...during(chance, operator, id),
      ...(id === last || chance.is(0.4) ? [after(chance, operator, id)] : []),
    ])
  })
}

function during(chance: Chance, operator: string, line: string): Episode[] {
  const episodes: Episode[] = []
  const { faultsFrom, healed } = schedule
  for (let at = faultsFrom - 30 + chance.between(0, 120); at < healed - 200;) {
    const to = Math.min(healed - 120, at + chance.between(60, 360))
    episodes.push(episode(chance, operator, line, at, to))
    at = to + chance.between(60, 240)
  }
  return episodes
}

/** Long enough that it must be told, whatever went wrong before. */
const after = (chance: Chance, operator: string, line: string): Episode => ({
  ...episode(chance, operator, line, schedule.healed - chance.between(-60, 60), schedule.calm - chance.between(0, 60)),
  kind: 'late',
  vanished: undefined,
})

function episode(chance: Chance, operator: string, line: string, from: number, to: number): Episode {
  const delay = chance.whole(7, 20) * 60
  const later = chance.is(0.3) ? delay + chance.whole(6, 12) * 60 : delay
  const vanishes = chance.is(0.1)
  return {
    operator, line, kind: chance.is(0.85) ? 'late' : 'cancelled', from: Math.floor(from), to: Math.floor(to), delay, later,
    vanished: vanishes ? { from: Math.floor(from + (to - from) * 0.4), to: Math.floor(to) } : undefined,
  } // prettier-ignore
}

/** The episode of a line at a time. */
export const episodeAt = (episodes: readonly Episode[], operator: string, line: string, at: number): Episode | undefined =>
  episodes.find((e) => e.operator === operator && e.line === line && e.from <= at && at < e.to)

export const delayAt = (e: Episode, at: number): number => (at < (e.from + e.to) / 2 ? e.delay : e.later)
