import type { Facts } from './facts'
import { type Question, type Surroundings, pose } from './criteria'
import { filterPage } from './filterPage'
import { Found } from './found'
import type { RiderSet } from './riderSet'

/** Where the packed records are read from (a part of the port Pages). */
export interface PageReader {
  count(scope: string): Promise<number>
  read(scope: string, page: number): Promise<Buffer>
}

/**
 * Who must be told of these facts now (epoch seconds), each rider once, without those told already. The tables in memory are refreshed when
 * a record points past their end.
 */
export async function who(facts: Facts, around: Surroundings, pages: PageReader, now: number, told?: RiderSet): Promise<Found> {
  const found = await ask(await pose(facts, around, now), pages, told)
  if (!found.beyondTables) return found
  around.tables.refresh(facts.operator)
  return ask(await pose(facts, around, now), pages, told)
}

/** Pages read at once: hides a store's latency without holding a big line in memory. */
const readAhead = 8

async function ask({ places, common }: Question, pages: PageReader, told: RiderSet | undefined): Promise<Found> {
  const found = new Found(told)
  for (const place of places) {
    const count = await pages.count(place.pages)
    for (let first = 0; first < count; first += readAhead) {
      const numbers = Array.from({ length: Math.min(readAhead, count - first) }, (_, i) => first + i)
      const read = await Promise.all(numbers.map((number) => pages.read(place.pages, number)))
      for (const page of read) filterPage(page, common, place, found)
    }
  }
  return found
}
