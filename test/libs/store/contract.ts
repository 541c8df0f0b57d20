import type { Store } from '#store/ports'
import { cohortsContract } from './cohortsContract'
import { limitsContract } from './limitsContract'
import { pagesContract } from './pagesContract'
import { ridersContract } from './ridersContract'
import { stateContract } from './stateContract'

/** An empty store of its own for every call; it is closed by whoever gave it. `nowMs` decides what has expired. */
export type MakeStore = (nowMs: () => number) => Promise<Store>

/** What every adapter of the store promises (libs/store/ports.ts). */
export function storeContract(make: MakeStore): void {
  describe('pages', () => pagesContract(make))
  describe('cohorts', () => cohortsContract(make))
  describe('riders', () => ridersContract(make))
  describe('state', () => stateContract(make))
  describe('limits', () => limitsContract(make))
}
