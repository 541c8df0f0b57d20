import type { Bus } from '#bus/bus'
import type { Clock, Random } from '#domain/ports'
import type { Tables } from '#matching/tables'
import { completeKey, generationOf, markComplete } from '#store/complete'
import type { Store } from '#store/ports'
import { type FilledCohorts, fillCohorts, readDisruptions } from './fillCohorts'
import { type FilledRiders, fillRiders } from './fillRiders'

/**
 * Numbers behind the highest that is recorded are left out: gateways may hold blocks of 64 that they took from the lost store, and give them
 * to riders yet. Enough for a thousand of them; gaps are harmless.
 */
const numbersLeftOut = 65_536
const runKey = 'store/filling'

export interface RebuildParts {
  readonly bus: Bus
  readonly store: Store
  readonly clock: Pick<Clock, 'now' | 'elapsed'>
  readonly random: Random
  /** Fresh ones, that remember nothing of the lost store. */
  readonly tables: Tables
  readonly bad: (reason: string) => void
}

export interface Rebuilt {
  readonly generation: string
  readonly riders: Pick<FilledRiders, 'applied' | 'erased'>
  readonly cohorts: FilledCohorts
  /** Milliseconds. */
  readonly took: number
}

/**
 * Fills the store from the topics and marks it as complete (architecture, "Who is authoritative"): riders, then the cohorts of the kept
 * dispatches. A new installation has empty topics and is complete at once. Every step may be done again, also over a store that was not lost.
 *
 * undefined: the store was lost once more meanwhile. That is seen by a mark that the run sets at its start and finds again at its end, once
 * before and once after it has said that the store is complete. Throws when store or broker are down.
 */
export async function rebuild(parts: RebuildParts): Promise<Rebuilt | undefined> {
  const { bus, store, clock, random, tables, bad } = parts
  const began = clock.elapsed()
  const generation = random.bytes(8).toString('hex')
  await store.state.putMany([{ key: runKey, value: Buffer.from(generation) }])
  const [known, riders] = await Promise.all([readDisruptions(bus, bad), fillRiders(bus, store, tables, bad)])
  const cohorts = await fillCohorts({ bus, cohorts: store.cohorts, highest: riders.highest, bad }, known, clock.now)
  for (const [operator, number] of riders.highest.entries()) await store.riders.reserve(operator, number + numbersLeftOut)
  if (!(await isMine(store, generation))) return undefined
  await markComplete(store.state, generation)
  if (await isMine(store, generation)) return { generation, riders, cohorts, took: clock.elapsed() - began }
  if ((await generationOf(store.state)) === generation) await store.state.putMany([{ key: completeKey, value: undefined }])
  return undefined
}

async function isMine({ state }: Store, generation: string): Promise<boolean> {
  const [mark] = await state.getMany([runKey])
  return mark?.toString('latin1') === generation
}
