import * as fc from 'fast-check'
import { keysWith } from '#store/redis/keys'
import { slotOf } from '#store/redis/slotOf'

const keys = keysWith('lf:')

test('the slot is CRC16 of the tag (cluster specification)', () => {
  expect(slotOf('123456789')).toBe(0x31c3)
  expect(slotOf('x{123456789}y{z}')).toBe(0x31c3)
  expect(slotOf('{}123456789')).toBe(slotOf('{}123456789'.slice(0)))
  expect(slotOf('{}a')).not.toBe(slotOf('{}b'))
})

test('as the architecture page names them', () => {
  expect(keys.scope('lindenau/line:tram-3').page(7)).toBe('lf:{lindenau:line:tram-3}:p:7')
  expect(keys.cohort('lindenau/d1/TELEGRAM/0').slots).toBe('lf:{lindenau:d1}:s:TELEGRAM/0')
  expect(keys.riders('lindenau').record(3)).toBe('lf:{lindenau:riders}:n:3')
})

test('law: whatever the names, what one Function touches is in one slot, and two scopes never share a key', () => {
  const name = fc.string({ unit: fc.constantFrom('a', ':', '/', '{', '}', '%', 'é') })
  fc.assert(
    fc.property(name, name, (a, b) => {
      for (const each of [a, b]) {
        const { list, recipients, slots, messages } = keys.cohort(each)
        expect(new Set([list, recipients, slots, messages(1)].map(slotOf)).size).toBe(1)
        const { names, expiries, value } = keys.root(each)
        expect(new Set([names, expiries, value(a), value('')].map(slotOf)).size).toBe(1)
      }
      const [one, other] = [keys.scope(`x/${a}`), keys.scope(`x/${b}`)]
      expect(new Set([one.directory, one.room, one.page(1), one.bucket(1)].map(slotOf)).size).toBe(1)
      expect(one.page(1) === other.page(1)).toBe(a === b)
      expect(keys.root(a).names === keys.root(b).names).toBe(a === b)
    }),
    { numRuns: 300, seed: 5 },
  )
})
