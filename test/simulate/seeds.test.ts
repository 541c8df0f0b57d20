import { simulate } from './command'

/** What a failing seed says, and how it is played again. */
test('200 seeds: every law holds, and every fault was met', async () => {
  const { seeds, summary } = await simulate('--seeds', '1..200')
  const failed = seeds
    .filter((s) => !s.ok)
    .map((s) => `npm run simulate -- --seeds ${s.seed}..${s.seed} --trace\n${s.violations.join('\n')}`)
  expect(failed).toEqual([])
  expect(summary.neverReached).toEqual([])
  expect(seeds).toHaveLength(200)
}, 600_000)
