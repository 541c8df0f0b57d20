import { allCohortShards } from '#domain/dispatch'
import { lineScope } from '#domain/disruption'
import { City, closed, disruptionOf, riderOf, seconds, subscription } from './city'

const minute = 60_000
const daily = (from: number, until: number) => [{ days: 127, from, until }]

async function running(): Promise<{ city: City; stop(): Promise<void> }> {
  const city = await new City().open()
  return { city, stop: (await city.match()).stop }
}

test('riders of the line are told once each; updates and the all-clear go to those told, without recipients', async () => {
  const { city, stop } = await running()
  await city.subscribe(
    riderOf(1, [subscription()]),
    riderOf(2, [subscription({ channel: 'EMAIL' }), subscription({ scope: 'line:tram-1' })]),
    riderOf(3, [subscription({ scope: 'line:tram-1' })]),
    riderOf(4, [subscription({ minSeverity: 'SEVERE' })]),
    riderOf(5, [subscription({ minDelay: 15 })]),
  )
  await city.say(disruptionOf(1, { scopes: [lineScope('tram-3')] }))
  expect(city.sent().sort()).toEqual(['EMAIL/0 r1 (2)', 'TELEGRAM/0 r1 (1)'])
  await city.say(disruptionOf(2))
  await city.say(closed(3))
  expect(city.sent().sort()).toEqual([
    'EMAIL/0 r1 (2)', 'EMAIL/0 r2 ()', 'EMAIL/0 r3 ()', 'TELEGRAM/0 r1 (1)', 'TELEGRAM/0 r2 ()', 'TELEGRAM/0 r3 ()',
  ]) // prettier-ignore
  expect(await city.store.cohorts.due('TELEGRAM', allCohortShards, city.clock.now(), 10)).toEqual(['lindenau/d1/TELEGRAM/0'])
  await stop()
})

test('a disruption over several lines reaches a rider of all of them once', async () => {
  const { city, stop } = await running()
  await city.subscribe(riderOf(1, [subscription(), subscription({ scope: 'line:tram-1' }), subscription({ direction: 0 })]))
  const whole = { ...(disruptionOf(1).revisions[0] as never as object), scopes: [] }
  await city.say(disruptionOf(1, { scopes: [], revisions: [whole as never] }))
  expect(city.sent()).toEqual(['TELEGRAM/0 r1 (1)'])
  await stop()
})

test('who is reached only by a later revision gets a whole message then', async () => {
  const { city, stop } = await running()
  await city.subscribe(riderOf(1, [subscription()]), riderOf(2, [subscription({ minDelay: 30 })]))
  await city.say(disruptionOf(1))
  const worse = disruptionOf(2)
  const revisions = worse.revisions.map((r) => (r.number === 2 ? { ...r, delayMax: 1800 } : r))
  await city.say({ ...worse, revisions })
  expect(city.sent()).toEqual(['TELEGRAM/0 r1 (1)', 'TELEGRAM/0 r2 ()', 'TELEGRAM/1 r2 (2)'])
  await stop()
})

test('a record that is seen again, or brings riders nothing new, changes nothing', async () => {
  const { city, stop } = await running()
  await city.subscribe(riderOf(1, [subscription()]))
  await city.say(disruptionOf(1), disruptionOf(1))
  await city.say(disruptionOf(1, { evidence: '{"more":1}' }))
  expect(city.sent()).toEqual(['TELEGRAM/0 r1 (1)'])
  await stop()
})

test('who subscribes, confirms or ends a pause during a disruption is told then, and only then', async () => {
  const { city, stop } = await running()
  const waiting = riderOf(2, [subscription()])
  const unconfirmed = { ...waiting, addresses: waiting.addresses.map((a) => ({ ...a, confirmed: false })) }
  await city.subscribe(unconfirmed, riderOf(3, [subscription()], { pausedUntil: seconds('2026-01-07T00:00:00Z') }))
  await city.say(disruptionOf(1))
  expect(city.sent()).toEqual([])
  await city.subscribe(riderOf(1, [subscription()]))
  await city.subscribe(waiting)
  await city.subscribe(riderOf(3, [subscription()]))
  await city.subscribe({ ...waiting, language: 'en' })
  expect(city.sent()).toEqual(['TELEGRAM/0 r1 (1)', 'TELEGRAM/1 r1 (2)', 'TELEGRAM/2 r1 (3)'])
  await city.say(closed(2))
  await city.subscribe(riderOf(4, [subscription()]))
  expect((await city.told()).size).toBe(3)
  await stop()
})

test('a window that opens during a disruption is told in its first minute, with the revision of that time', async () => {
  const { city, stop } = await running()
  await city.subscribe(
    riderOf(1, [subscription({ windows: daily(9 * 60, 10 * 60) })]),
    riderOf(2, [subscription({ windows: daily(8 * 60 + 7, 9 * 60) })]),
    riderOf(3, [subscription({ windows: daily(7 * 60, 8 * 60) })]),
  )
  await city.say(disruptionOf(1))
  await city.pass(6 * minute + 59_000)
  expect(city.sent()).toEqual([])
  await city.pass(1000)
  expect(city.sent()).toEqual(['TELEGRAM/0 r1 (2)'])
  await city.say(disruptionOf(2))
  await city.pass(53 * minute)
  expect(city.sent().slice(1)).toEqual(['TELEGRAM/0 r2 ()', 'TELEGRAM/1 r2 (1)'])
  await city.pass(12 * 60 * minute)
  expect([...(await city.told()).keys()].sort()).toEqual([1, 2])
  await stop()
})

test('a pause that runs out during a disruption ends without a new record', async () => {
  const { city, stop } = await running()
  await city.subscribe(riderOf(1, [subscription()], { pausedUntil: seconds('2026-01-05T07:40:00Z') }))
  await city.say(disruptionOf(1))
  await city.pass(59 * minute)
  expect(city.sent()).toEqual([])
  await city.pass(minute)
  expect(city.sent()).toEqual(['TELEGRAM/0 r1 (1)'])
  await stop()
})

test('held: nobody is told, the audience is counted; confirmed: told', async () => {
  const { city, stop } = await running()
  const window = [{ days: 127, from: 20 * 60, until: 21 * 60 }]
  await city.subscribe(
    riderOf(1, [subscription()]),
    riderOf(2, [subscription({ channel: 'EMAIL' })], { language: 'en' }),
    riderOf(3, [subscription({ windows: window })]),
  )
  await city.say(disruptionOf(1, { publication: 'HELD' }))
  expect(city.sent()).toEqual([])
  const [json] = await city.store.state.getMany(['audience/lindenau/d1'])
  expect(JSON.parse(String(json))).toMatchObject({
    total: 2,
    channels: { TELEGRAM: 1, EMAIL: 1 },
    languages: { de: 1, en: 1 },
    held: 1,
    revision: 1,
  })
  await city.say(disruptionOf(1))
  expect((await city.told()).size).toBe(2)
  await stop()
})

test('scheduled: told when the communication period begins; nobody new after its end', async () => {
  const { city, stop } = await running()
  await city.subscribe(riderOf(1, [subscription()]))
  const communication = { start: seconds('2026-01-05T07:10:30Z'), end: seconds('2026-01-05T07:20:00Z') }
  await city.say(disruptionOf(1, { publication: 'SCHEDULED', communication }))
  await city.pass(10 * minute)
  expect(city.sent()).toEqual([])
  await city.pass(30_000)
  expect(city.sent()).toEqual(['TELEGRAM/0 r1 (1)'])
  await city.pass(10 * minute)
  await city.subscribe(riderOf(2, [subscription()]))
  expect((await city.told()).size).toBe(1)
  await stop()
})

test('operators do not meet: same line, same rider numbers, same disruption id', async () => {
  const { city, stop } = await running()
  await city.subscribe(riderOf(1, [subscription()]), riderOf(2, [subscription()], { operator: 'seebach' }))
  await city.say(disruptionOf(1))
  expect([[...(await city.told()).keys()], [...(await city.told('d1', 'seebach')).keys()]]).toEqual([[1], []])
  await city.say(disruptionOf(1, { operator: 'seebach' }))
  expect([...(await city.told('d1', 'seebach')).keys()]).toEqual([2])
  await stop()
})

test('unsubscribing and erasure take a rider out of the pages; a replay does not bring him back', async () => {
  const { city, stop } = await running()
  const two = [subscription(), subscription({ scope: 'line:tram-1' })]
  await city.subscribe(riderOf(1, two), riderOf(2, two), riderOf(3, two))
  await city.subscribe(riderOf(1, [subscription({ scope: 'line:tram-1' })]))
  await city.eraseRider(riderOf(2, []))
  const { pages, riders } = city.store
  expect([await pages.size('lindenau/line:tram-3'), await pages.size('lindenau/line:tram-1')]).toEqual([1, 2])
  expect([await riders.byId('lindenau', 'r2'), (await riders.byId('lindenau', 'r1'))?.number]).toEqual([undefined, 1])
  await stop()
})

test('after a restart open disruptions are known again: windows still open, late riders are still told', async () => {
  const { city, stop } = await running()
  await city.subscribe(riderOf(1, [subscription()]), riderOf(2, [subscription({ windows: [{ days: 127, from: 9 * 60, until: 600 }] })]))
  await city.say(disruptionOf(1))
  await stop()
  const again = await city.match()
  await city.pass(61 * minute)
  await city.subscribe(riderOf(3, [subscription()]))
  const told = await city.told()
  expect([...told.keys()].sort()).toEqual([1, 2, 3])
  expect([...told.values()].every((cohorts) => cohorts.length === 1)).toBe(true)
  await again.stop()
})

test('a tombstone of a disruption drops its cohorts', async () => {
  const { city, stop } = await running()
  await city.subscribe(riderOf(1, [subscription()]))
  await city.say(disruptionOf(1))
  await city.say(closed(2))
  await city.bus.append('disruptions', [{ partitionBy: 'lindenau', key: 'lindenau/d1', value: null }])
  await city.pass()
  expect(await city.store.cohorts.list('lindenau/d1/')).toEqual([])
  await stop()
})

test('a look or a rider that comes too late opens nothing for what has been closed meanwhile', async () => {
  const { city, stop } = await running()
  await city.say(disruptionOf(1))
  await Promise.all([city.say(closed(2)), city.subscribe(riderOf(1, [subscription()]))])
  await city.pass(20 * minute)
  const sent = city.sent()
  expect(sent.filter((s, i) => s.includes('r1') && sent.slice(0, i).some((before) => before.includes('r2')))).toEqual([])
  await stop()
})
