import type { Disruption } from '#domain/disruption'
import { clock as at } from '../../libs/messages/stories'
import { disruption, late, rider } from './city'
import { Senders } from './senders'

const numbers = Array.from({ length: 240 }, (_, i) => i + 1)
const first = disruption([late()])
const second = disruption([late(), late({ number: 2, at: at(9, 5), delayMin: 1200, delayMax: 1800 })])
const closed = disruption([...second.revisions, late({ number: 3, at: at(9, 10), closing: true })])

async function senders(names: readonly string[], options = {}): Promise<Senders> {
  const all = new Senders(options)
  for (const name of names) await all.join(name)
  await all.ride(...numbers.map((n) => rider(n)))
  return all
}

/** L3 and L4: how many messages came more than once, and that revisions ascend for every rider. */
function doubles(all: Senders): number {
  const told = Map.groupBy(all.got, (g) => `${g.operator}/${g.address}`)
  for (const own of told.values()) {
    const revisions = own.map((g) => g.revision)
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b))
  }
  return [...all.copies().values()].reduce((sum, copies) => sum + copies - 1, 0)
}

const until = async (all: Senders, d: Disruption, seconds: number, told = 1) => {
  for (let s = 0; s < seconds; s++) {
    await all.clock.advance(1000)
    if ((await all.slots(d)).every((slot) => slot.told >= told && slot.state === 'SENT')) return
  }
  throw new Error(`not everybody was told: ${JSON.stringify(await all.states(d))}`)
}

describe('several senders on one store', () => {
  test('each rider hears each revision once, and every one of them takes part', async () => {
    const all = await senders(['a', 'b'])
    await all.tell(first, numbers, 20)
    await until(all, first, 30)
    await all.update(second)
    await until(all, first, 30, 2)
    await all.update(closed)
    await until(all, first, 30, 3)
    expect(doubles(all)).toBe(0)
    expect(all.got).toHaveLength(3 * numbers.length)
    expect(new Set(all.got.map((g) => g.by))).toEqual(new Set(['a', 'b']))
  })

  test('members join and leave in the midst of a fan-out: nobody is left out, nothing comes twice', async () => {
    const all = await senders(['a'])
    await all.tell(first, numbers, 20)
    await all.clock.advance(100)
    const b = await all.join('b')
    await all.clock.advance(300)
    await all.update(second)
    await all.join('c')
    await all.clock.advance(100)
    const left = [b.leave()]
    await all.clock.advance(200)
    left.push(all.members.get('a')?.leave() ?? Promise.resolve())
    await until(all, first, 60, 2)
    await Promise.all(left)
    expect(doubles(all)).toBe(0)
    expect(all.got.some((g) => g.by === 'c')).toBe(true)
  }, 30_000)

  test('an orderly end frees the shards at once, a death after the lease', async () => {
    const all = await senders(['a'])
    const waitsFor = async (end: () => unknown): Promise<number> => {
      const began = all.clock.now()
      const before = all.got.length
      const ended = Promise.resolve(end())
      await all.tell({ ...first, id: `d${began}` }, [1, 2, 3], 1)
      for (let i = 0; i < 400 && all.got.length < before + 3; i++) await all.clock.advance(50)
      await ended
      return all.clock.now() - began
    }
    await all.join('b')
    expect(await waitsFor(() => all.members.get('a')?.leave())).toBeLessThan(1000)
    await all.join('c')
    const dead = await waitsFor(() => all.members.get('b')?.kill())
    expect(dead).toBeGreaterThan(1000)
    expect(dead).toBeLessThan(12_000)
  })

  test.each([
    ['its clock goes on', false],
    ['its clock stood still, too: it does not know that it has lost its lease', true],
  ])(
    'one is frozen for a minute and goes on, %s: at most what it had under way comes twice',
    async (_, clockToo) => {
      const all = await senders(['a', 'b'], { concurrency: 4 })
      await all.tell(first, numbers, 20)
      await all.clock.advance(150)
      const a = all.members.get('a')
      a?.freeze(clockToo)
      await all.clock.advance(60_000)
      await until(all, first, 1)
      const before = all.got.filter((g) => g.by === 'a').length
      all.members.delete('a')
      await all.update(second)
      await until(all, first, 30, 2)
      a?.thaw()
      await all.clock.advance(60_000)
      expect(all.got.filter((g) => g.by === 'a').length - before).toBeLessThanOrEqual(4)
      expect([...all.copies().values()].reduce((sum, copies) => sum + copies - 1, 0)).toBeLessThanOrEqual(2 * 4)
      expect(await all.states(first)).toEqual({ SENT: numbers.length })
      expect((await all.slots(first)).every((slot) => slot.told === 2)).toBe(true)
    },
    30_000,
  )
})
