import { run } from './run'
import { townNetworks } from './town'

test('the same seed gives the same history, step by step; another seed gives another one', async () => {
  const networks = await townNetworks()
  const [once, again, other] = [await run({ seed: 7, networks }), await run({ seed: 7, networks }), await run({ seed: 8, networks })]
  expect(again).toEqual(once)
  expect(other.hash).not.toBe(once.hash)
}, 120_000)
