import * as fc from 'fast-check'
import { takeLease } from '#store/leaseRules'
import type { MakeStore } from './contract'

const bytes = (text: string) => Buffer.from(text)

export function stateContract(make: MakeStore): void {
  test('values by key, in the order asked; undefined deletes; list by prefix and key', async () => {
    const { state } = await make(() => 0)
    await state.putMany([
      { key: 'a/2', value: bytes('two') },
      { key: 'a/1', value: bytes('one') },
      { key: 'a/é', value: new Uint8Array() },
      { key: 'b/1', value: bytes('other') },
    ])
    expect(await state.getMany(['b/1', 'a/9', 'a/1'])).toEqual([bytes('other'), undefined, bytes('one')])
    await state.putMany([{ key: 'a/2', value: undefined }, { key: 'a/1', value: bytes('uno') }]) // prettier-ignore
    expect(await state.list('a/')).toEqual([
      { key: 'a/1', value: bytes('uno') },
      { key: 'a/é', value: Buffer.alloc(0) },
    ])
  })

  test('putIfAbsent: whoever asks at once, all get the one that was first', async () => {
    const { state } = await make(() => 0)
    const got = await Promise.all(['x', 'y', 'z'].map((value) => state.putIfAbsent('k', bytes(value))))
    expect(new Set(got.map(String)).size).toBe(1)
    expect(await state.getMany(['k'])).toEqual([got[0]])
  })

  test('what has expired is gone: for reading, for listing and for putIfAbsent', async () => {
    let now = 1_000
    const { state } = await make(() => now)
    await state.putMany([{ key: 'k/1', value: bytes('1'), expiresAtMs: 2_000 }, { key: 'k/2', value: bytes('2') }]) // prettier-ignore
    await state.putIfAbsent('k/3', bytes('3'), 2_000)
    now = 1_999
    expect(String(await state.putIfAbsent('k/3', bytes('late'), 9_000))).toBe('3')
    expect(await state.list('k/')).toHaveLength(3)
    now = 2_000
    expect(await state.getMany(['k/1', 'k/2', 'k/3'])).toEqual([undefined, bytes('2'), undefined])
    expect((await state.list('k/')).map(({ key }) => key)).toEqual(['k/2'])
    expect(String(await state.putIfAbsent('k/3', bytes('again'), 9_000))).toBe('again')
    await state.putMany([{ key: 'k/3', value: bytes('for good') }])
    now = 10_000
    expect(await state.getMany(['k/3'])).toEqual([bytes('for good')])
  })

  test('intern: the same value the same index, without gaps, whoever asks at once', async () => {
    const { state } = await make(() => 0)
    const values = Array.from({ length: 40 }, (_, i) => bytes(`window ${i % 20}`))
    const places = await Promise.all(values.map((value) => state.intern('lindenau/schedules', value)))
    expect(places.slice(20)).toEqual(places.slice(0, 20))
    expect([...new Set(places)].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i))
    const table = await state.table('lindenau/schedules')
    expect(places.map((place) => table[place])).toEqual(values)
    expect(await state.intern('another', bytes('window 7'))).toBe(0)
    expect(await state.table('nothing')).toEqual([])
  })

  test('a lease has one holder at a time, and an epoch that tells the times apart', async () => {
    const { state } = await make(() => 0)
    const both = await Promise.all([state.lease('feed', 'a', 100, 1_000), state.lease('feed', 'b', 100, 1_000)])
    expect(both).toEqual([{ epoch: 1 }, undefined])
    expect(await state.lease('feed', 'a', 100, 1_050)).toEqual({ epoch: 1 })
    expect(await state.lease('feed', 'b', 100, 1_149)).toBeUndefined()
    expect(await state.lease('feed', 'b', 100, 1_150)).toEqual({ epoch: 2 })
    await state.release('feed', 'a')
    expect(await state.lease('feed', 'a', 100, 1_160)).toBeUndefined()
    await state.release('feed', 'b')
    expect(await state.lease('feed', 'a', 100, 1_161)).toEqual({ epoch: 3 })
    expect(await state.lease('feed', 'a', 100, 1_261)).toEqual({ epoch: 4 })
    expect(await state.lease('another', 'b', 100, 0)).toEqual({ epoch: 1 })
  })

  test('law: leases follow the rule, and no epoch ever has two holders', async () => {
    const { state } = await make(() => 0)
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(asking, { maxLength: 20 }), async (askings) => {
        const name = `law-${run++}`
        const holders = new Map<number, string>()
        let now = 1
        let model: ReturnType<typeof takeLease>
        for (const { holder, ttl, pause, release } of askings) {
          now += pause
          const granted = await state.lease(name, holder, ttl, now)
          const taken = takeLease(model, holder, ttl, now)
          expect(granted?.epoch).toBe(taken?.epoch)
          if (granted) expect(holders.get(granted.epoch) ?? holder).toBe(holder)
          if (granted) holders.set(granted.epoch, holder)
          model = taken ?? model
          if (!release) continue
          await state.release(name, holder)
          if (model?.holder === holder) model = { ...model, expiresAt: 0 }
        }
      }),
      { numRuns: 30, seed: 3 },
    )
  })
}

const asking = fc.record({
  holder: fc.constantFrom('a', 'b'),
  ttl: fc.integer({ min: 1, max: 5 }),
  pause: fc.nat(4),
  release: fc.boolean(),
})
