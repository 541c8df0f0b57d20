import { memoryBus } from '#bus/memory'
import { riders } from '#bus/topics'
import { decodeBatch } from '#bus/typed'
import type { Rider } from '#domain/rider'
import { keysFrom } from '#service/keys'
import { seededRandom } from '#service/randoms'
import { VirtualClock } from '#service/virtualClock'
import { completeKey, markComplete } from '#store/complete'
import { memoryStore } from '#store/memory'
import { allLine, subscribed, unsubscribed } from '../../../apps/gateway/riders/edits'
import { type Edit, RiderDesk } from '../../../apps/gateway/riders/riderDesk'

const at = { operator: 'lindenau', channel: 'TELEGRAM', address: '7' } as const
const adding =
  (line: string): Edit =>
  (rider) =>
    subscribed(rider, [allLine(line, 'TELEGRAM')], 1, 'test')

/** Two gateways on one store and bus, and a matcher that applies what is written unless it is away. */
async function rig() {
  const clock = new VirtualClock()
  const bus = memoryBus(clock)
  const store = memoryStore(clock.now)
  await markComplete(store.state, 'g')
  const matcher = { isAway: false, kept: [] as (() => Promise<unknown>)[] }
  await bus.follow(riders.name, async (batch) => {
    for (const { key = '', position, value } of decodeBatch(riders, batch, () => {})) {
      const apply = () =>
        value
          ? store.riders.put('lindenau', { id: value.id, number: value.number, position, record: riders.codec.encode(value), hashes: value.addresses.map((a) => Buffer.from(a.hash).toString('hex')) }) // prettier-ignore
          : store.riders.erase('lindenau', key.slice(9), position)
      if (matcher.isAway) matcher.kept.push(apply)
      else await clock.sleep(30).then(apply)
    }
  })
  const desk = (name: string) => new RiderDesk(bus, store, clock, keysFrom(Buffer.alloc(32)), seededRandom(name))
  /** The outcome, once virtual time has given it every chance. */
  const done = async <T>(...edits: Promise<T>[]) => {
    const settled = Promise.allSettled(edits)
    for (let i = 0; i < 600; i++) await clock.advance(10)
    return settled
  }
  return { clock, store, matcher, done, desks: [desk('a'), desk('b')] as const }
}

const linesOf = (rider: Rider | undefined) => rider?.subscriptions.map((s) => s.scope).sort()

test('two gateways that edit one rider at once lose no change', async () => {
  const { done, desks } = await rig()
  await done(desks[0].changeAt(at, 'de', adding('tram-1')))
  const lines = ['tram-2', 'tram-3', 'tram-4', 'tram-5', 'tram-6', 'tram-7']
  await done(...lines.map((line, i) => (desks[i % 2] as RiderDesk).changeAt(at, 'de', adding(line))))
  expect(linesOf(await desks[0].findByAddress(at))).toEqual(['tram-1', ...lines].map((line) => `line:${line}`))
})

test('a first message to each of two gateways at once makes one rider with both lines', async () => {
  const { done, desks, store } = await rig()
  await done(desks[0].changeAt(at, 'de', adding('tram-1')), desks[1].changeAt(at, 'de', adding('tram-2')))
  expect(linesOf(await desks[1].findByAddress(at))).toEqual(['line:tram-1', 'line:tram-2'])
  expect(await store.riders.size('lindenau')).toBe(1)
})

test('while the matcher is away, a later edit still begins with the earlier one; an erasure is final', async () => {
  const { done, desks, matcher, store } = await rig()
  await done(desks[0].changeAt(at, 'de', adding('tram-1')))
  const { id = '' } = (await desks[0].findByAddress(at)) ?? {}
  matcher.isAway = true
  await done(desks[0].change('lindenau', id, adding('tram-2')))
  await done(desks[1].change('lindenau', id, (r) => unsubscribed(r, ['line:tram-1'])))
  matcher.isAway = false
  for (const apply of matcher.kept) await apply()
  expect(linesOf(await desks[0].findByAddress(at))).toEqual(['line:tram-2'])
  await done(desks[0].change('lindenau', id, () => undefined))
  expect(await store.state.list('gateway/unapplied/')).toEqual([])
  const [again] = await done(desks[1].change('lindenau', id, adding('tram-9')))
  expect(again).toMatchObject({ status: 'fulfilled', value: undefined })
})

test('who waits longer than two seconds is told to come again, and nothing of the edit is done', async () => {
  const { clock, done, desks, store } = await rig()
  await done(desks[0].changeAt(at, 'de', adding('tram-1')))
  const before = await desks[0].findByAddress(at)
  const { partitionOf } = await import('#domain/partitionOf')
  await store.state.lease(`rider/lindenau/${partitionOf(before?.id ?? '', 4096)}`, 'another gateway', 60_000, clock.now())
  const [refused] = await done(desks[1].changeAt(at, 'de', adding('tram-2')))
  expect(refused).toMatchObject({ status: 'rejected', reason: { status: 503, code: 'RIDER_BUSY' } })
  expect(await desks[0].findByAddress(at)).toEqual(before)
})

test('a store that has lost its riders makes nobody a new rider: nothing is written over', async () => {
  const { done, desks, store } = await rig()
  await done(desks[0].changeAt(at, 'de', adding('tram-1')))
  await store.state.putMany([{ key: completeKey, value: undefined }])
  const other = { ...at, address: '8' }
  const refused = { status: 'rejected', reason: { status: 503, code: 'STORE_INCOMPLETE' } }
  const outcomes = await done<unknown>(desks[0].changeAt(other, 'de', adding('tram-2')), desks[1].findByAddress(other))
  expect(outcomes).toMatchObject([refused, refused])
  expect(await store.riders.size('lindenau')).toBe(1)
})
