import { allCohortShards, cohortShard } from '#domain/dispatch'
import type { MakeStore } from './contract'

const id = (n: number, disruption = 'd1', channel = 'TELEGRAM') => `lindenau/${disruption}/${channel}/${n}`
const recipients = (count: number, rider = 1) => Buffer.alloc(count * 8, rider)
const header = Buffer.from('header')

export function cohortsContract(make: MakeStore): void {
  test('the first writer wins; slots start at zero', async () => {
    const { cohorts } = await make(() => 0)
    const opened = await Promise.all([
      cohorts.open(id(0), header, recipients(600)),
      cohorts.open(id(0), Buffer.from('late'), recipients(2, 9)),
    ])
    expect(opened).toEqual([true, false])
    expect(await cohorts.recipients(id(0))).toEqual(recipients(600))
    expect(await cohorts.slots(id(0))).toEqual(Buffer.alloc(600 * 8))
    expect(await cohorts.slots(id(1))).toBeUndefined()
    expect(await cohorts.recipients(id(1))).toBeUndefined()
  })

  test('several are opened in their order, up to the first that is there already', async () => {
    const { cohorts } = await make(() => 0)
    await cohorts.open(id(2), header, recipients(2, 9))
    const some = [id(0), id(1), id(2), id(3)].map((each, n) => ({
      id: each,
      header: Buffer.from(each),
      recipients: recipients(600 + n, n),
    }))
    expect(await cohorts.openAll(some)).toBe(2)
    expect((await cohorts.list('lindenau/d1/')).map((entry) => [entry.id, entry.size])).toEqual([[id(0), 600], [id(1), 601], [id(2), 2]]) // prettier-ignore
    expect(await cohorts.recipients(id(1))).toEqual(recipients(601, 1))
    expect(await cohorts.slots(id(1))).toEqual(Buffer.alloc(601 * 8))
    expect(await cohorts.recipients(id(2))).toEqual(recipients(2, 9))
    expect(await cohorts.openAll(some.slice(3))).toBe(1)
    expect(await cohorts.openAll(some)).toBe(0)
    expect(await cohorts.openAll([])).toBe(0)
  })

  test('several are opened in their order, until one is there already: it stays as it is, and those behind it are not opened', async () => {
    const { cohorts } = await make(() => 0)
    await cohorts.open(id(2), Buffer.from('first'), recipients(3))
    const put = (n: number) => ({ id: id(n), header, recipients: recipients(n + 1) })
    expect(await cohorts.openAll([0, 1, 2, 3].map(put))).toBe(2)
    expect((await cohorts.list('lindenau/d1/')).map((c) => [c.id, c.size])).toEqual([[id(0), 1], [id(1), 2], [id(2), 3]]) // prettier-ignore
    expect(await cohorts.slots(id(1))).toEqual(Buffer.alloc(16))
    expect(await cohorts.openAll([3, 4].map(put))).toBe(2)
  })

  test('chunks of several cohorts are written at once, each where it belongs, the last one shorter', async () => {
    const { cohorts } = await make(() => 0)
    await cohorts.open(id(0), header, recipients(600))
    await cohorts.open(id(1), header, recipients(3))
    await cohorts.writeChunks([
      { id: id(0), epoch: 1, chunk: 2, slots: Buffer.alloc(88 * 8, 2) },
      { id: id(0), epoch: 1, chunk: 1, slots: Buffer.alloc(256 * 8, 1) },
      { id: id(1), epoch: 1, chunk: 0, slots: Buffer.alloc(24, 7) },
      { id: id(9), epoch: 1, chunk: 0, slots: Buffer.alloc(24, 7) },
    ])
    expect(await cohorts.slots(id(0))).toEqual(Buffer.concat([Buffer.alloc(2048), Buffer.alloc(2048, 1), Buffer.alloc(704, 2)]))
    expect(await cohorts.slots(id(1))).toEqual(Buffer.alloc(24, 7))
    expect(await cohorts.slots(id(9))).toBeUndefined()
  })

  test('list: by prefix, by id, with header and size', async () => {
    const { cohorts } = await make(() => 0)
    for (const each of [id(1), id(0), id(0, 'd10'), id(0, 'd1', 'EMAIL')]) await cohorts.open(each, Buffer.from(each), recipients(4))
    const found = await cohorts.list('lindenau/d1/')
    expect(found).toEqual([id(0, 'd1', 'EMAIL'), id(0), id(1)].map((each) => ({ id: each, header: Buffer.from(each), size: 4 })))
    expect(await cohorts.list('lindenau/d2/')).toEqual([])
  })

  test('due: of one channel, until then, the longest due first, at most so many; undefined takes it out', async () => {
    const { cohorts } = await make(() => 0)
    for (const n of [0, 1, 2, 3]) await cohorts.open(id(n), header, recipients(1))
    await cohorts.open(id(0, 'd1', 'EMAIL'), header, recipients(1))
    await Promise.all([cohorts.setDue(id(0), 300), cohorts.setDue(id(1), 100), cohorts.setDue(id(2), 200), cohorts.setDue(id(3), 301)])
    await cohorts.setDue(id(0, 'd1', 'EMAIL'), 1)
    expect(await cohorts.due('TELEGRAM', allCohortShards, 300, 9)).toEqual([id(1), id(2), id(0)])
    expect(await cohorts.due('TELEGRAM', allCohortShards, 300, 2)).toEqual([id(1), id(2)])
    await cohorts.setDue(id(1), undefined)
    await cohorts.setDue(id(2), 1_000)
    expect(await cohorts.due('TELEGRAM', allCohortShards, 300, 9)).toEqual([id(0)])
    expect(await cohorts.due('EMAIL', allCohortShards, 300, 9)).toEqual([id(0, 'd1', 'EMAIL')])
  })

  test('due: of the shards that were asked for', async () => {
    const { cohorts } = await make(() => 0)
    const ids = Array.from({ length: 20 }, (_, n) => id(n))
    for (const [n, each] of ids.entries()) {
      await cohorts.open(each, header, recipients(1))
      await cohorts.setDue(each, n)
    }
    expect(await cohorts.due('TELEGRAM', [1, 5], 99, 99)).toEqual(ids.filter((each) => [1, 5].includes(cohortShard(each))))
    expect(await cohorts.due('TELEGRAM', [], 99, 99)).toEqual([])
  })

  test('a newer owner is the only writer: what an older one writes is refused as a whole, and told', async () => {
    const { cohorts } = await make(() => 0)
    await cohorts.open(id(0), header, recipients(300))
    await cohorts.open(id(1), header, recipients(300))
    expect([await cohorts.own(id(0), 2), await cohorts.own(id(0), 2), await cohorts.own(id(1), 1)]).toEqual([true, true, true])
    expect([await cohorts.own(id(0), 1), await cohorts.own(id(7), 3)]).toEqual([false, false])
    const all = (epoch: number, mark: number) => [
      { id: id(0), epoch, chunk: 0, slots: Buffer.alloc(2048, mark) },
      { id: id(0), epoch, chunk: 1, slots: Buffer.alloc(352, mark) },
      { id: id(1), epoch, chunk: 1, slots: Buffer.alloc(352, mark) },
    ]
    expect(await cohorts.writeChunks(all(2, 2))).toEqual([])
    expect(await cohorts.writeChunks([...all(1, 1), { id: id(8), epoch: 1, chunk: 0, slots: Buffer.alloc(8) }])).toEqual([id(0), id(8)])
    expect(await cohorts.slots(id(0))).toEqual(Buffer.alloc(2400, 2))
    expect(await cohorts.slots(id(1))).toEqual(Buffer.concat([Buffer.alloc(2048), Buffer.alloc(352, 1)]))
    await cohorts.drop(id(0))
    await cohorts.open(id(0), header, recipients(1))
    expect(await cohorts.own(id(0), 1)).toBe(true)
  })

  test('message ids stand beside their slot; a dropped cohort leaves nothing and can be opened afresh', async () => {
    const { cohorts } = await make(() => 0)
    await cohorts.open(id(0), header, recipients(600))
    await cohorts.open(id(1), header, recipients(2))
    await cohorts.putMessageId(id(0), 5, 'm5')
    await cohorts.putMessageId(id(0), 5, 'm6')
    await cohorts.putMessageId(id(1), 0, 'other')
    await cohorts.setDue(id(0), 1)
    await cohorts.writeChunks([{ id: id(0), epoch: 1, chunk: 1, slots: Buffer.alloc(2048, 1) }])
    expect(await cohorts.messageId(id(0), 5)).toBe('m6')
    await cohorts.drop(id(0))
    expect([await cohorts.slots(id(0)), await cohorts.messageId(id(0), 5), await cohorts.recipients(id(0))]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(await cohorts.due('TELEGRAM', allCohortShards, 10, 9)).toEqual([])
    expect(await cohorts.messageId(id(1), 0)).toBe('other')
    expect(await cohorts.open(id(0), header, recipients(300, 2))).toBe(true)
    expect(await cohorts.slots(id(0))).toEqual(Buffer.alloc(2400))
    expect(await cohorts.messageId(id(0), 5)).toBeUndefined()
  })
}
