import { riders } from '#bus/topics'
import type { Rider } from '#domain/rider'
import { type RiderPlaces, placesOf, scopesOf } from '#matching/placesOf'
import { pageScope } from '#matching/places'
import type { Tables } from '#matching/tables'
import type { Store, StoredRider } from '#store/ports'

export type Applied =
  /** `again`: this very record had been applied before (a redo after a crash). */
  { readonly outcome: 'APPLIED'; readonly places: RiderPlaces; readonly again: boolean } | { readonly outcome: 'ERASED' | 'OLDER' }

/**
 * Writes a rider's record into the store: look-ups, record, and the pages of his scopes. The newer position wins.
 *
 * The record is put last; a redo after a crash before it finds the old record and does the same again. The scopes that are being touched are
 * noted first, because the redo may see a newer record instead (compaction), which would not know of them.
 */
export async function applyRider(store: Store, tables: Tables, rider: Rider, position: bigint): Promise<Applied> {
  const { operator, id, number } = rider
  const old = await store.riders.byId(operator, id)
  if (old && old.position > position) return { outcome: 'OLDER' }
  const desired = await placesOf(rider, tables)
  const { places: before, isNoted } = await standing(store, operator, id, old)
  const touched = [...new Set([...before.map((b) => b.scope), ...desired.places.keys()])]
  const isMoving = [...desired.places.keys()].some((scope) => !before.some((b) => b.scope === scope && b.number === number))
  if (isMoving) await note(store, operator, id, { number, scopes: touched })
  await Promise.all([
    ...before.filter((b) => b.number !== number || !desired.places.has(b.scope)).map((b) => drop(store, operator, b)),
    ...[...desired.places].map(([scope, records]) => store.pages.put(pageScope(operator, scope), number, records)),
  ])
  const hashes = rider.addresses.map((address) => Buffer.from(address.hash).toString('hex'))
  const put = await store.riders.put(operator, { id, number, position, record: riders.codec.encode(rider), hashes })
  if (!put && !old) await Promise.all([...desired.places.keys()].map((scope) => drop(store, operator, { scope, number })))
  if (isMoving || isNoted) await note(store, operator, id, undefined)
  return put ? { outcome: 'APPLIED', places: desired, again: old?.position === position } : { outcome: 'OLDER' }
}

/** Takes a rider out of pages, look-ups and records. */
export async function eraseRider(store: Store, operator: string, id: string, position: bigint): Promise<Applied> {
  const old = await store.riders.byId(operator, id)
  if (old && old.position > position) return { outcome: 'OLDER' }
  await Promise.all((await standing(store, operator, id, old)).places.map((place) => drop(store, operator, place)))
  await store.riders.erase(operator, id, position)
  await note(store, operator, id, undefined)
  return { outcome: 'ERASED' }
}

interface Standing {
  readonly scope: string
  readonly number: number
}

/** Where the rider may stand: by the record applied last, and by the note of an application that did not end. */
async function standing(
  store: Store,
  operator: string,
  id: string,
  old: StoredRider | undefined,
): Promise<{ readonly places: readonly Standing[]; readonly isNoted: boolean }> {
  const known = old ? scopesOf(riders.codec.decode(old.record)).map((scope) => ({ scope, number: old.number })) : []
  const [noted] = await store.state.getMany([noteKey(operator, id)])
  if (!noted) return { places: known, isNoted: false }
  const { number, scopes } = JSON.parse(noted.toString('utf8')) as Note
  return { places: [...known, ...scopes.map((scope) => ({ scope, number }))], isNoted: true }
}

interface Note {
  readonly number: number
  readonly scopes: readonly string[]
}

const noteKey = (operator: string, id: string): string => `applying/${operator}/${id}`

const note = (store: Store, operator: string, id: string, value: Note | undefined): Promise<void> =>
  store.state.putMany([{ key: noteKey(operator, id), value: value && Buffer.from(JSON.stringify(value)) }])

const drop = (store: Store, operator: string, { scope, number }: Standing): Promise<void> =>
  store.pages.drop(pageScope(operator, scope), number)
