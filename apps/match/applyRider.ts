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
 * The record is put before the pages: whoever finds the rider on a page and asks for his record must not take him for erased, or for one who
 * has given up that line. Where he may stand is noted first, so that a redo after a crash knows what to take away. Who was frozen meanwhile
 * and writes late over the pages of a newer record sees that afterwards, and makes them say again what that record says.
 */
export async function applyRider(store: Store, tables: Tables, rider: Rider, position: bigint): Promise<Applied> {
  const { operator, id, number } = rider
  const old = await store.riders.byId(operator, id)
  if (old && old.position > position) return { outcome: 'OLDER' }
  const desired = await placesOf(rider, tables)
  const { places: before, isNoted } = await standing(store, operator, id, old)
  const wanted = [...desired.places.keys()].map((scope) => ({ scope, number }))
  const away = before.filter((b) => !wanted.some((w) => isSame(w, b)))
  const isMoving = away.length > 0 || wanted.some((w) => !before.some((b) => isSame(w, b)))
  if (isMoving) await note(store, operator, id, { places: [...before, ...wanted] })
  const hashes = rider.addresses.map((address) => Buffer.from(address.hash).toString('hex'))
  const put = await store.riders.put(operator, { id, number, position, record: riders.codec.encode(rider), hashes })
  if (!put) return { outcome: 'OLDER' }
  await Promise.all([
    ...away.map((b) => drop(store, operator, b)),
    ...[...desired.places].map(([scope, records]) => store.pages.put(pageScope(operator, scope), number, records)),
  ])
  const now = await store.riders.byId(operator, id)
  if (now && now.position > position) return applyRider(store, tables, riders.codec.decode(now.record), now.position)
  if (!now) await Promise.all(wanted.map((place) => drop(store, operator, place)))
  if (isMoving || isNoted) await note(store, operator, id, undefined)
  return now ? { outcome: 'APPLIED', places: desired, again: old?.position === position } : { outcome: 'ERASED' }
}

const isSame = (a: Standing, b: Standing): boolean => a.scope === b.scope && a.number === b.number

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
  const { number, scopes, places } = JSON.parse(noted.toString('utf8')) as Note & OlderNote
  return { places: [...known, ...(places ?? scopes.map((scope) => ({ scope, number })))], isNoted: true }
}

interface Note {
  readonly places: readonly Standing[]
}

/** As earlier releases wrote it. */
interface OlderNote {
  readonly number: number
  readonly scopes: readonly string[]
}

const noteKey = (operator: string, id: string): string => `applying/${operator}/${id}`

const note = (store: Store, operator: string, id: string, value: Note | undefined): Promise<void> =>
  store.state.putMany([{ key: noteKey(operator, id), value: value && Buffer.from(JSON.stringify(value)) }])

const drop = (store: Store, operator: string, { scope, number }: Standing): Promise<void> =>
  store.pages.drop(pageScope(operator, scope), number)
