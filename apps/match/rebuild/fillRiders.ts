import type { Batch, Bus } from '#bus/bus'
import { riders } from '#bus/topics'
import { type Received, decodeBatch } from '#bus/typed'
import type { Rider } from '#domain/rider'
import { pageScope } from '#matching/places'
import { placesOf } from '#matching/placesOf'
import type { Tables } from '#matching/tables'
import type { Store } from '#store/ports'
import { applyRider, eraseRider } from '../applyRider'
import { Highest } from './highest'
import { readOnce } from './readOnce'
import { Seen } from './seen'

/** Riders that are applied at the same time, of each partition. */
const atOnce = 500

export interface FilledRiders {
  readonly applied: number
  readonly erased: number
  /** By operator. */
  readonly highest: Highest
}

/** Applies the topic `riders` to the store, from the start to its end. Throws when store or broker are down. */
export async function fillRiders(bus: Bus, store: Store, tables: Tables, bad: (reason: string) => void): Promise<FilledRiders> {
  const filling = new Filling(store, tables)
  await readOnce(bus, riders.name, (batch) => filling.apply(newestOf(batch, bad)))
  return filling
}

/**
 * Riders' records on their way into a store that nobody else reads yet. Where the operator's riders were none at the beginning and a rider is
 * seen for the first time, nothing of him can stand there: his record is put first, then his pages, and there is nothing to read. A redo
 * finds the record, knows by it where he may stand, and goes the careful way, as do riders who have come more than once.
 */
class Filling implements FilledRiders {
  applied = 0
  erased = 0
  readonly highest = new Highest()
  private readonly seen = new Seen()
  private readonly empty = new Map<string, Promise<boolean>>()

  constructor(
    private readonly store: Store,
    private readonly tables: Tables,
  ) {}

  async apply(records: readonly Received<Rider>[]): Promise<void> {
    for (let i = 0; i < records.length; i += atOnce) await Promise.all(records.slice(i, i + atOnce).map((record) => this.one(record)))
  }

  private async one({ key = '', position, value }: Received<Rider>): Promise<void> {
    const operator = key.slice(0, key.indexOf('/'))
    const isNew = (await this.wasEmpty(operator)) && !this.seen.add(key)
    if (!value) {
      this.erased++
      await eraseRider(this.store, operator, key.slice(operator.length + 1), position)
      return
    }
    this.applied++
    this.highest.note(operator, value.number)
    if (isNew) await this.putFirst(value, position)
    else await applyRider(this.store, this.tables, value, position)
  }

  private async putFirst(rider: Rider, position: bigint): Promise<void> {
    const { operator, id, number } = rider
    const { places } = await placesOf(rider, this.tables)
    const hashes = rider.addresses.map((address) => Buffer.from(address.hash).toString('hex'))
    await this.store.riders.put(operator, { id, number, position, record: riders.codec.encode(rider), hashes })
    await Promise.all([...places].map(([scope, records]) => this.store.pages.put(pageScope(operator, scope), number, records)))
  }

  private wasEmpty(operator: string): Promise<boolean> {
    let known = this.empty.get(operator)
    if (!known) this.empty.set(operator, (known = this.store.riders.size(operator).then((size) => size === 0)))
    return known
  }
}

/** Of each rider the last record of the batch. */
function newestOf(batch: Batch, bad: (reason: string) => void): Received<Rider>[] {
  const records = decodeBatch(riders, batch, (_, reason) => bad(reason))
  return [...new Map(records.map((record) => [record.key ?? '', record])).values()]
}
