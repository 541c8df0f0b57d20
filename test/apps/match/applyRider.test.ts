import { tablesIn } from '#matching/tables'
import { memoryStore } from '#store/memory'
import { applyRider, eraseRider } from '#apps/match/applyRider'
import { memoryBus } from '#bus/memory'
import { VirtualClock } from '#service/virtualClock'
import { riderOf, subscription } from './city'
import { Mortal } from './faults'

const on = (...lines: string[]) => riderOf(7, lines.map((line) => subscription({ scope: `line:${line}` }))) // prettier-ignore
const never = () => 0

async function sizes(store: ReturnType<typeof memoryStore>): Promise<number[]> {
  return Promise.all(['a', 'b', 'c'].map((line) => store.pages.size(`lindenau/line:${line}`)))
}

test('an application that died on the way leaves nothing behind, even when compaction has dropped its record', async () => {
  for (let at = 1; at <= 6; at++) {
    const store = memoryStore(never)
    await applyRider(store, tablesIn(store.state), on('a'), 1n)
    const mortal = new Mortal(memoryBus(new VirtualClock()), store, at, 'after')
    await applyRider(mortal.store, tablesIn(mortal.store.state), on('b'), 2n).catch(() => undefined)
    await applyRider(store, tablesIn(store.state), on('c'), 3n)
    expect([at, ...(await sizes(store))]).toEqual([at, 0, 0, 1])
    expect(await store.state.list('applying/')).toEqual([])
  }
})

test('the newer position wins; what was erased does not come back by a replay', async () => {
  const store = memoryStore(never)
  const tables = tablesIn(store.state)
  await applyRider(store, tables, on('a'), 5n)
  expect(await applyRider(store, tables, on('b'), 4n)).toEqual({ outcome: 'OLDER' })
  expect(await sizes(store)).toEqual([1, 0, 0])
  await eraseRider(store, 'lindenau', 'r7', 6n)
  expect(await applyRider(store, tables, on('a'), 5n)).toEqual({ outcome: 'OLDER' })
  expect(await sizes(store)).toEqual([0, 0, 0])
})

test('a rider who comes back under a new number leaves his old places', async () => {
  const store = memoryStore(never)
  const tables = tablesIn(store.state)
  await applyRider(store, tables, on('a', 'b'), 1n)
  await applyRider(store, tables, { ...on('a'), number: 8 }, 2n)
  expect(await sizes(store)).toEqual([1, 0, 0])
  expect((await store.pages.read('lindenau/line:a', 0)).readUInt32LE(0)).toBe(8)
})
