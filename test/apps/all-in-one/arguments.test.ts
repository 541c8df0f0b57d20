import { parseServeArguments } from '#apps/all-in-one/arguments'

describe('parseServeArguments', () => {
  test('without options it is the demo; all of them together', () => {
    const demo = { config: undefined, scenario: 'breakdown', seed: '1', speed: 1 }
    expect(parseServeArguments([])).toEqual({ kind: 'serve', options: demo })
    const all = parseServeArguments(['--scenario', 'snow', '--seed=x', '--speed', '2.5', '--config', 'city.yaml'])
    expect(all).toEqual({ kind: 'serve', options: { config: 'city.yaml', scenario: 'snow', seed: 'x', speed: 2.5 } })
    expect(parseServeArguments(['--help', '--seed', '2'])).toEqual({ kind: 'help' })
  })

  test.each([
    [['--speeed', '3'], '--speeed'],
    [['--speed', 'fast'], '0.1 to 20'],
    [['--speed', '0'], '0.1 to 20'],
    [['--scenario', 'flood'], 'breakdown, snow, strike, elevator, feed-outage'],
    [['--seed'], '--seed'],
    [['city.yaml'], 'city.yaml'],
  ])('%j is a fault that names what is wrong', (argv, said) => {
    expect(parseServeArguments(argv)).toEqual({ kind: 'fault', message: expect.stringContaining(said) })
  })
})
