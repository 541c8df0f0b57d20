import * as fc from 'fast-check'
import type { MakeStore } from './contract'

const rate = { perSecond: 30, burst: 30 }

export function limitsContract(make: MakeStore): void {
  test('starts empty, refills up to the burst, says how long until the next one', async () => {
    const { limits } = await make(() => 0)
    expect(await limits.draw('bot', rate, 10, 1_000)).toEqual({ granted: 0, waitMs: 34 })
    expect(await limits.draw('bot', rate, 10, 1_034)).toEqual({ granted: 1, waitMs: 0 })
    expect(await limits.draw('bot', rate, 99, 61_000)).toEqual({ granted: 30, waitMs: 0 })
    expect((await limits.draw('bot', rate, 1, 61_000)).granted).toBe(0)
    expect((await limits.draw('other', rate, 1, 61_000)).granted).toBe(0)
  })

  test('frozen: nobody gets anything until then; an earlier freeze does not shorten it', async () => {
    const { limits } = await make(() => 0)
    await limits.draw('bot', rate, 1, 0)
    await limits.freeze('bot', 60_000)
    await limits.freeze('bot', 10_000)
    expect(await limits.draw('bot', rate, 5, 30_000)).toEqual({ granted: 0, waitMs: 30_000 })
    expect((await limits.draw('bot', rate, 5, 60_000)).granted).toBe(5)
  })

  test('law: in any second at most the burst and a second of refill, also when the clock goes back', async () => {
    const { limits } = await make(() => 0)
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ want: fc.nat(40), step: fc.integer({ min: -500, max: 400 }) }), { maxLength: 60 }),
        async (draws) => {
          const account = `law-${run++}`
          let now = 10_000
          let forward = 0
          let granted = 0
          for (const { want, step } of draws) {
            now += step
            forward += Math.max(0, step)
            granted += (await limits.draw(account, { perSecond: 20, burst: 10 }, want, now)).granted
          }
          expect(granted).toBeLessThanOrEqual((forward / 1000) * 20)
        },
      ),
      { numRuns: 100, seed: 4 },
    )
  })
}
