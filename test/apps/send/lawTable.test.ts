import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedStore } from '#store/embedded'
import { memoryStore } from '#store/memory'
import { disruption, late, rider } from './city'
import { cases, play } from './lawTable'
import { Senders } from './senders'

const folder = mkdtempSync(join(tmpdir(), 'linienfunk-laws-'))
let files = 0
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const embedded = (nowMs: () => number) => embeddedStore(join(folder, `${++files}.db`), nowMs)

describe('the laws of delivery with two senders', () => {
  test.each(cases.map((c) => [c.id, c] as const))('in memory: %s', (_id, c) => play(c, memoryStore))
  test.each(cases.filter((c) => !c.isLong).map((c) => [c.id, c] as const))('on disk: %s', (_id, c) => play(c, embedded))
})

test('tenants share a channel fairly: a flood of one leaves the other its half', async () => {
  const all = new Senders({ concurrency: 2 })
  await all.join('a')
  const many = Array.from({ length: 120 }, (_, i) => i + 1)
  await all.ride(...many.map((n) => rider(n)), ...many.slice(0, 30).map((n) => rider(n, { operator: 'seestadt' })))
  await all.tell(disruption([late()]), many)
  await all.clock.advance(200)
  await all.tell(disruption([late()], { operator: 'seestadt' }), many.slice(0, 30))
  const before = all.got.length
  while (all.got.filter((g) => g.operator === 'seestadt').length < 30) await all.advance(20)
  const flood = all.got.slice(before).filter((g) => g.operator === 'lindenau').length
  expect(flood).toBeLessThanOrEqual(40)
  await all.close()
})
