import { allCohortShards } from '#domain/dispatch'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedStore } from '#store/embedded'
import type { Store } from '#store/ports'
import { storeContract } from './contract'
import { contents, records } from './records'

const folder = mkdtempSync(join(tmpdir(), 'store-'))
const opened: Store[] = []
let files = 0

function open(file: string, nowMs: () => number = () => 0): Store {
  const store = embeddedStore(file, nowMs)
  opened.push(store)
  return store
}
const newFile = () => join(folder, `${files++}.sqlite`)

afterEach(() => Promise.all(opened.splice(0).map((store) => store.close())))
afterAll(() => rmSync(folder, { recursive: true }))

storeContract(async (nowMs) => open(newFile(), nowMs))

async function restarted(before: (store: Store) => Promise<void>): Promise<Store> {
  const file = newFile()
  const store = open(file)
  await before(store)
  await store.close()
  return open(file)
}

describe('after a restart', () => {
  test('pages are as they were, and go on where they stopped', async () => {
    const scope = 'lindenau/line:tram-3'
    const { pages } = await restarted(async ({ pages }) => {
      await Promise.all(Array.from({ length: 5_000 }, (_, rider) => pages.put(scope, rider, records(rider, [1]))))
      await pages.drop(scope, 17)
    })
    expect(await pages.size(scope)).toBe(4_999)
    await Promise.all([
      pages.put(scope, 18, records(18, [])),
      pages.put(scope, 17, records(17, [2])),
      pages.put('lindenau/new', 1, records(1, [1])),
    ])
    const riders = Array.from({ length: 5_000 }, (_, rider) => rider).filter((rider) => rider !== 18)
    expect(await contents(pages, scope)).toEqual(riders.map((rider) => `${rider}:${rider === 17 ? 2 : 1}`).sort())
    expect(await pages.count(scope)).toBe(2)
    expect(await contents(pages, 'lindenau/new')).toEqual(['1:1'])
  })

  test('a cohort has its slots, its due time and its message ids', async () => {
    const id = 'lindenau/d1/EMAIL/0'
    const { cohorts } = await restarted(async ({ cohorts }) => {
      await cohorts.open(id, Buffer.from('h'), Buffer.alloc(16, 1))
      await cohorts.writeChunks([{ id, epoch: 1, chunk: 0, slots: Buffer.alloc(16, 2) }])
      await cohorts.setDue(id, 77)
      await cohorts.putMessageId(id, 1, 'm')
    })
    expect(await cohorts.open(id, Buffer.from('h'), Buffer.alloc(16))).toBe(false)
    expect(await cohorts.slots(id)).toEqual(Buffer.alloc(16, 2))
    expect(await cohorts.due('EMAIL', allCohortShards, 77, 1)).toEqual([id])
    expect(await cohorts.messageId(id, 1)).toBe('m')
  })

  test('riders, erasures and given numbers are remembered', async () => {
    const given: number[] = []
    const put = { id: 'a', number: 1, position: 5n, record: Buffer.from('r'), hashes: ['ab'] }
    const { riders } = await restarted(async ({ riders }) => {
      for (let i = 0; i < 100; i++) given.push(await riders.allocate('lindenau'))
      await riders.put('lindenau', put)
      await riders.erase('lindenau', 'b', 9n)
    })
    expect(given).not.toContain(await riders.allocate('lindenau'))
    expect(await riders.byAddress('lindenau', 'ab')).toEqual({ number: 1, position: 5n, record: Buffer.from('r') })
    expect(await riders.put('lindenau', { ...put, id: 'b', number: 2 })).toBe(false)
    expect(await riders.size('lindenau')).toBe(1)
  })

  test('state and lease epochs stay; a lease of the process before is free at once', async () => {
    const { state } = await restarted(async ({ state }) => {
      await state.putMany([{ key: 'k', value: Buffer.from('v') }])
      await state.intern('t', Buffer.from('x'))
      await state.intern('t', Buffer.from('y'))
      await state.lease('feed', 'a', 100, 0)
    })
    expect(await state.getMany(['k'])).toEqual([Buffer.from('v')])
    expect(await state.intern('t', Buffer.from('y'))).toBe(1)
    expect(await state.lease('feed', 'b', 100, 50)).toEqual({ epoch: 2 })
  })

  test('a freeze still holds, and the account starts empty', async () => {
    const { limits } = await restarted(async ({ limits }) => {
      await limits.draw('other', { perSecond: 30, burst: 30 }, 1, 0)
      await limits.freeze('bot', 60_000)
    })
    expect(await limits.draw('bot', { perSecond: 30, burst: 30 }, 1, 59_000)).toEqual({ granted: 0, waitMs: 1_000 })
    expect((await limits.draw('other', { perSecond: 30, burst: 30 }, 1, 59_000)).granted).toBe(0)
  })
})
