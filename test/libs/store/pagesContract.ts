import * as fc from 'fast-check'
import type { Pages } from '#store/ports'
import type { MakeStore } from './contract'
import { contents, marksIn, readPages, records } from './records'

const scope = 'lindenau/line:tram-3'

export function pagesContract(make: MakeStore): void {
  test('a scope nobody subscribed has no pages', async () => {
    const { pages } = await make(() => 0)
    expect(await pages.count(scope)).toBe(0)
    expect(await pages.size(scope)).toBe(0)
    expect(await pages.read(scope, 0)).toHaveLength(0)
    await pages.drop(scope, 1)
    expect(await pages.size(scope)).toBe(0)
  })

  test('concurrent puts of different riders all stay, over several pages, none longer than 4,096 records', async () => {
    const { pages } = await make(() => 0)
    const riders = Array.from({ length: 9_000 }, (_, i) => i * 37)
    await Promise.all(riders.map((rider) => pages.put(scope, rider, records(rider, [rider % 7]))))
    expect(await contents(pages, scope)).toEqual(riders.map((rider) => `${rider}:${rider % 7}`).sort())
    expect(await pages.size(scope)).toBe(9_000)
    for (const page of await readPages(pages, scope)) expect(page.length).toBeLessThanOrEqual(4096 * 16)
  })

  test('whoever reads page by page meets every rider that stays exactly once, whatever others do meanwhile', async () => {
    const { pages } = await make(() => 0)
    const riders = Array.from({ length: 9_000 }, (_, rider) => rider)
    await Promise.all(riders.map((rider) => pages.put(scope, rider, records(rider, [0]))))
    const seen: string[] = []
    for (let page = 0; page < (await pages.count(scope)); page++) {
      seen.push(...marksIn(await pages.read(scope, page)))
      const leaving = riders.filter((rider) => rider % 3 === 0 && rider % 9 === page * 3)
      await Promise.all(leaving.map((rider) => pages.drop(scope, rider)))
      await pages.put(scope, 100_000 + page, records(100_000 + page, [0]))
    }
    const staying = riders.filter((rider) => rider % 3 !== 0).map((rider) => `${rider}:0`)
    expect(seen.filter((mark) => Number(mark.split(':')[0]) % 3 !== 0 && Number(mark.split(':')[0]) < 100_000).sort()).toEqual(
      staying.sort(),
    )
  })

  test('more records than a chunk holds, the largest rider number, and room used again after leaving', async () => {
    const { pages } = await make(() => 0)
    const many = Array.from({ length: 600 }, (_, i) => i)
    const last = 2 ** 32 - 1
    await pages.put(scope, last, records(last, many))
    await pages.put(scope, last - 128, records(last - 128, [1, 2]))
    expect(await pages.size(scope)).toBe(602)
    await pages.put(scope, last, records(last, [5]))
    expect(await contents(pages, scope)).toEqual([`${last - 128}:1`, `${last - 128}:2`, `${last}:5`])
    const before = await pages.count(scope)
    await Promise.all(many.map((rider) => pages.put(scope, rider, records(rider, [1]))))
    expect(await pages.count(scope)).toBe(before)
  })

  test('scopes are apart, and a record of somebody else is refused', async () => {
    const { pages } = await make(() => 0)
    await pages.put('a/line:1', 1, records(1, [1]))
    await pages.put('b/line:1', 1, records(1, [2]))
    await expect(pages.put('a/line:1', 1, records(2, [1]))).rejects.toThrow(RangeError)
    await expect(pages.put('a/line:1', 1, Buffer.alloc(15))).rejects.toThrow(RangeError)
    expect(await contents(pages, 'a/line:1')).toEqual(['1:1'])
    expect(await contents(pages, 'b/line:1')).toEqual(['1:2'])
  })

  test('model: any puts and drops, some at once, leave what a map would hold', async () => {
    const { pages } = await make(() => 0)
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(groups, { maxLength: 25 }), async (groups) => {
        const mine = `model/${run++}`
        const model = new Map<number, readonly number[]>()
        for (const group of groups) {
          await Promise.all(group.map(({ rider, marks }) => pages.put(mine, rider, records(rider, marks))))
          for (const { rider, marks } of group) model.set(rider, marks)
        }
        await expectModel(pages, mine, model)
      }),
      { numRuns: 60, seed: 1, endOnFailure: true },
    )
  })
}

/** Puts made at the same moment; no marks at all: the rider leaves. Some are long, so that chunks fill and riders spread over several. */
const marks = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.nat(9), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.nat(999), { minLength: 60, maxLength: 300, size: 'max' }) },
)
/** Few riders, so that each comes often; in different buckets and in the same. */
const rider = fc.nat(15).map((n) => n * 43)
const groups = fc.array(fc.record({ rider, marks }), { maxLength: 8 })

async function expectModel(pages: Pages, scope: string, model: ReadonlyMap<number, readonly number[]>): Promise<void> {
  const expected = [...model].flatMap(([rider, marks]) => marks.map((mark) => `${rider}:${mark}`)).sort()
  expect(await contents(pages, scope)).toEqual(expected)
  expect(await pages.size(scope)).toBe(expected.length)
}
