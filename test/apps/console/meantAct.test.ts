import { meant } from '../../../apps/console/src/api/meantAct'

const counting = () => {
  let n = 0
  return () => `key-${++n}`
}

test('a second try of the same form is the same act, times included; a changed form is another', () => {
  const key = counting()
  const form = { lines: ['tram-3'], until: '30' }
  const first = meant(undefined, form, () => ({ until: 1000 }), key)
  expect(meant(first, { ...form }, () => ({ until: 1060 }), key)).toEqual({ ...first, body: { until: 1000 }, key: 'key-1' })
  expect(meant(first, { ...form, until: '60' }, () => ({ until: 2860 }), key)).toMatchObject({ body: { until: 2860 }, key: 'key-2' })
})
