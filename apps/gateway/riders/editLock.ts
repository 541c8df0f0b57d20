import { partitionOf } from '#domain/partitionOf'
import type { Clock, Random } from '#domain/ports'
import { generationOf } from '#store/complete'
import type { Store } from '#store/ports'
import { Problem } from '../http/problem'
import { mutexByKey } from './mutex'

/** An edit takes some milliseconds, and two seconds while the matcher is away: whoever holds it longer has died. */
const leaseMs = 5_000
const waitMs = 2_000
const lookEveryMs = 20
/** Locks in the store: there are never more of them, however many riders there are. */
const locks = 4096

/** Runs edits of riders one after another, in all gateways; the edit gets the store's generation, and how to see that it has not changed. */
export type EditLock = <T>(operator: string, id: string, edit: (check: () => Promise<void>) => Promise<T>) => Promise<T>

/**
 * Concurrency: in this process a mutex a rider, between processes a lease. Riders may share a lease, so every edit holds it under a name of its
 * own. Whoever does not get it within two seconds is told to come again (RIDER_BUSY): nothing of the edit has been done.
 *
 * Nobody edits while the store is being filled (STORE_INCOMPLETE): a rider who is not found there yet would be taken for a new one, and
 * his record be written over in the topic. `check` throws when the store was lost since the edit began, and is asked before writing.
 */
export function editLock(store: Pick<Store, 'state'>, clock: Clock, random: Random): EditLock {
  const oneByOne = mutexByKey()
  return (operator, id, edit) =>
    oneByOne(`${operator}/${id}`, async () => {
      const name = `rider/${operator}/${partitionOf(id, locks)}`
      const holder = random.bytes(8).toString('hex')
      const generation = await requireComplete(store.state, clock)
      await take(store, clock, name, holder)
      const check = async () => {
        if ((await generationOf(store.state)) !== generation) throw incomplete()
      }
      return edit(check).finally(() => store.state.release(name, holder).catch(() => undefined))
    })
}

/** The generation of the store; throws STORE_INCOMPLETE when it is still being filled after two seconds (a new one takes less). */
export async function requireComplete(state: Store['state'], clock: Clock): Promise<string> {
  const giveUpAt = clock.elapsed() + waitMs
  for (;;) {
    const generation = await generationOf(state)
    if (generation !== undefined) return generation
    if (clock.elapsed() >= giveUpAt) throw incomplete()
    await clock.sleep(lookEveryMs)
  }
}

async function take({ state }: Pick<Store, 'state'>, clock: Clock, name: string, holder: string): Promise<void> {
  const giveUpAt = clock.elapsed() + waitMs
  while (!(await state.lease(name, holder, leaseMs, clock.now()))) {
    if (clock.elapsed() >= giveUpAt) throw busy()
    await clock.sleep(lookEveryMs)
  }
}

const busy = () =>
  new Problem(503, 'RIDER_BUSY', 'This rider is being changed at the moment.', 'Try again in a few seconds.', { 'retry-after': '2' })
const incomplete = () =>
  new Problem(503, 'STORE_INCOMPLETE', 'Riders are being read in after a loss of the store.', 'Try again in a minute or two.', {
    'retry-after': '30',
  })
