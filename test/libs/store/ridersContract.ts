import * as fc from 'fast-check'
import type { RiderPut, Riders } from '#store/ports'
import type { MakeStore } from './contract'

const operator = 'lindenau'
const hash = (n: number) => n.toString(16).padStart(4, '0').repeat(16)
const rider = (id: string, position: number, hashes: number[] = [], number = id.charCodeAt(0)): RiderPut => ({
  id,
  number,
  position: BigInt(position),
  record: Buffer.from(`${id}@${position}`),
  hashes: hashes.map(hash),
})
const text = (found: { record: Buffer } | undefined) => found?.record.toString()

export function ridersContract(make: MakeStore): void {
  test('numbers are never given twice, whoever asks at once, nor below what was reserved', async () => {
    const { riders } = await make(() => 0)
    const many = () => Promise.all(Array.from({ length: 500 }, () => riders.allocate(operator)))
    const first = await many()
    expect(new Set(first).size).toBe(500)
    const highest = Math.max(...first)
    const [second] = await Promise.all([many(), riders.reserve(operator, highest + 5_000)])
    const third = await many()
    expect(new Set([...first, ...second, ...third]).size).toBe(1_500)
    expect(Math.min(...third)).toBeGreaterThan(highest + 5_000)
    await riders.reserve(operator, Math.max(...third) + 1)
    await riders.reserve(operator, 3)
    expect(await riders.allocate(operator)).toBeGreaterThan(Math.max(...third) + 1)
    expect(await riders.allocate('another')).toBeLessThan(10)
  })

  test('found by number, id and address; unknown ones are undefined', async () => {
    const { riders } = await make(() => 0)
    expect(await riders.byId(operator, 'a')).toBeUndefined()
    await riders.put(operator, { ...rider('a', 2, [1, 2]), position: 2n ** 60n })
    const found = { number: 97, position: 2n ** 60n, record: Buffer.from('a@2') }
    expect(await riders.getMany(operator, [5, 97, 97])).toEqual([undefined, found, found])
    expect(await riders.byId(operator, 'a')).toEqual(found)
    expect(await riders.byAddress(operator, hash(2))).toEqual(found)
    expect(await riders.byAddress(operator, hash(3))).toBeUndefined()
    expect(await riders.byAddress('another', hash(2))).toBeUndefined()
    expect(await riders.getMany('another', [97])).toEqual([undefined])
    expect(await riders.size(operator)).toBe(1)
  })

  test('hashes that are no longer in the record find nobody; an older record changes nothing', async () => {
    const { riders } = await make(() => 0)
    await riders.put(operator, rider('a', 1, [1, 2]))
    expect(await riders.put(operator, rider('a', 3, [2, 3]))).toBe(true)
    expect(await riders.byAddress(operator, hash(1))).toBeUndefined()
    expect(await riders.put(operator, rider('a', 2, [1]))).toBe(false)
    expect(await riders.byAddress(operator, hash(1))).toBeUndefined()
    expect(text(await riders.byAddress(operator, hash(3)))).toBe('a@3')
    expect(await riders.size(operator)).toBe(1)
  })

  test('an address moves to the rider who was put later, and a redelivery of the earlier record does not take it back', async () => {
    const { riders } = await make(() => 0)
    await riders.put(operator, rider('a', 900, [1]))
    await riders.put(operator, rider('b', 5, [1]))
    expect(text(await riders.byAddress(operator, hash(1)))).toBe('b@5')
    expect(await riders.put(operator, rider('a', 900, [1]))).toBe(true)
    expect(text(await riders.byAddress(operator, hash(1)))).toBe('b@5')
    await riders.put(operator, rider('a', 901, []))
    expect(text(await riders.byAddress(operator, hash(1)))).toBe('b@5')
  })

  test('erased is erased: record and look-ups are gone, older records stay away, a newer one may come', async () => {
    const { riders } = await make(() => 0)
    await riders.put(operator, rider('a', 5, [1]))
    expect(await riders.erase(operator, 'a', 4n)).toBe(false)
    expect(await riders.erase(operator, 'a', 7n)).toBe(true)
    expect(await riders.put(operator, rider('a', 6, [1]))).toBe(false)
    expect(await riders.erase(operator, 'never-seen', 9n)).toBe(true)
    expect(await riders.put(operator, rider('never-seen', 8, [2]))).toBe(false)
    expect([await riders.byId(operator, 'a'), await riders.byAddress(operator, hash(1)), await riders.byAddress(operator, hash(2))]).toEqual([
      undefined, undefined, undefined,
    ]) // prettier-ignore
    expect(await riders.getMany(operator, [97])).toEqual([undefined])
    expect(await riders.size(operator)).toBe(0)
    expect(await riders.put(operator, rider('a', 8, [1]))).toBe(true)
    expect(text(await riders.byAddress(operator, hash(1)))).toBe('a@8')
    expect(await riders.size(operator)).toBe(1)
  })

  test('a rider may get another number, and an empty record is a record', async () => {
    const { riders } = await make(() => 0)
    await riders.put(operator, rider('a', 1, [1], 10))
    await riders.put(operator, { ...rider('a', 2, [1], 11), record: new Uint8Array() })
    expect(await riders.getMany(operator, [10, 11])).toEqual([undefined, { number: 11, position: 2n, record: Buffer.alloc(0) }])
    expect((await riders.byAddress(operator, hash(1)))?.number).toBe(11)
  })

  test('law: in whatever order and however often records come, the highest position of each rider stays', async () => {
    const { riders } = await make(() => 0)
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), fc.boolean(), async (events, atOnce) => {
        const operator = `law-${run++}`
        const unique = [...new Map(events.map((each) => [`${each.id}${each.position}`, each])).values()]
        const come = [...unique, ...unique.toReversed()]
        if (atOnce) await Promise.all(come.map((each) => apply(riders, operator, each)))
        else for (const each of come) await apply(riders, operator, each)
        for (const id of ids) expect(await visible(riders, operator, id)).toEqual(expected(unique, id))
        expect(await riders.size(operator)).toBe(ids.filter((id) => expected(unique, id).record).length)
      }),
      { numRuns: 40, seed: 2 },
    )
  })
}

interface Event {
  readonly id: string
  readonly position: number
  readonly erase: boolean
}

const ids = ['a', 'b', 'c']
const event: fc.Arbitrary<Event> = fc.record({ id: fc.constantFrom(...ids), position: fc.nat(12), erase: fc.boolean() })
/** Each rider and position has an address of its own, so that only the one of the newest may be found. */
const addressOf = ({ id, position }: { id: string; position: number }) => id.charCodeAt(0) * 100 + position

const apply = (riders: Riders, operator: string, each: Event) =>
  each.erase
    ? riders.erase(operator, each.id, BigInt(each.position))
    : riders.put(operator, rider(each.id, each.position, [addressOf(each)]))

async function visible(riders: Riders, operator: string, id: string) {
  const positions = Array.from({ length: 13 }, (_, position) => position)
  const found = await Promise.all(positions.map((position) => riders.byAddress(operator, hash(addressOf({ id, position })))))
  const [byNumber] = await riders.getMany(operator, [id.charCodeAt(0)])
  return { record: text(await riders.byId(operator, id)), byNumber: text(byNumber), addresses: positions.filter((p) => found[p]) }
}

function expected(events: readonly Event[], id: string) {
  const newest = events.filter((each) => each.id === id).sort((a, b) => b.position - a.position)[0]
  if (!newest || newest.erase) return { record: undefined, byNumber: undefined, addresses: [] }
  const record = `${id}@${newest.position}`
  return { record, byNumber: record, addresses: [newest.position] }
}
