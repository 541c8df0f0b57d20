import { allCohortShards } from '#domain/dispatch'
import { type Disruption, lineScope } from '#domain/disruption'
import { readRecipient, recipientBytes } from '#domain/recipient'
import { type ChannelName, channelNames } from '#domain/rider'
import { readSlot, slotBytes } from '#domain/slot'
import { cohortsOf } from '#matching/cohorts'
import { factsOf } from '#matching/facts'
import { tablesIn } from '#matching/tables'
import { who } from '#matching/who'
import { generationOf } from '#store/complete'
import { lineOf } from '../../libs/matching/cityLine'
import { City, closed, disruptionOf, riderOf, subscription } from './city'

const seconds = 1000
const line1 = subscription({ scope: 'line:tram-1' })
/** Schedules and sections that must be interned again, in whatever order. */
const riders = Array.from({ length: 40 }, (_, i) =>
  riderOf(i + 1, [
    ...(i % 5 === 4 ? [] : [subscription({ windows: [{ days: 127, from: 60 * (7 + (i % 4)), until: 60 * (9 + (i % 4)) }] })]),
    ...(i % 3 === 0 ? [subscription({ fromStop: 'A', toStop: i % 2 ? 'C' : 'E', channel: 'EMAIL' }), line1] : []),
  ]),
)
const other = (id: string, change: Partial<Disruption> = {}): Disruption => ({ ...disruptionOf(1, change), id })

test('a store that was lost is filled from the topics: the same riders are found, the same cohorts stand, what is unknown is due if it is no old news', async () => {
  const city = await new City().open()
  const { stop } = await city.match()
  await city.subscribe(...riders)
  await city.eraseRider(riders[7] as (typeof riders)[0])
  await city.subscribe({ ...(riders[8] as (typeof riders)[0]), subscriptions: [line1] })
  await city.say(disruptionOf(1), other('d2'), other('d3'))
  await city.say({ ...closed(2), id: 'd2', closedAt: 1 })
  await city.pass(660 * seconds)
  const late = closed(2)
  await city.say({ ...late, id: 'd3', closedAt: city.clock.now() / 1000, revisions: late.revisions })
  const before = await standing(city)
  expect(before.found[0]?.length).toBeGreaterThan(10)

  city.store.lose()
  await city.pass(5 * seconds)
  expect(await standing(city)).toEqual(before)
  expect(await slotsOf(city, 'd1')).toEqual(['CLAIMED 0'])
  expect(await slotsOf(city, 'd2')).toEqual(['SENT 255'])
  expect(await slotsOf(city, 'd3')).toEqual(['CLAIMED 1'])
  expect(await dueOf(city)).toEqual(['d1', 'd3'])
  expect(await city.store.riders.allocate('lindenau')).toBeGreaterThan(40 + 64)
  expect(await city.store.riders.allocate('seebach')).toBe(1)
  await stop()
})

test('what is said while the store is empty is told when it is filled, once, to everybody', async () => {
  const city = await new City().open()
  const processes = [await city.match(), await city.match()]
  await city.subscribe(...Array.from({ length: 30 }, (_, i) => riderOf(i + 1, [subscription()])))
  city.store.lose()
  await city.say(disruptionOf(1))
  await city.subscribe(riderOf(31, [subscription()]))
  await city.pass(10 * seconds)
  const told = await city.told()
  expect(told.size).toBe(31)
  expect([...told.values()].filter((cohorts) => cohorts.length !== 1)).toEqual([])
  await Promise.all(processes.map((process) => process.stop()))
})

test('the first start on empty topics is complete, and stays as it is', async () => {
  const city = await new City().open()
  const { stop } = await city.match()
  await city.pass()
  const first = await generationOf(city.store.state)
  expect(first).toBeDefined()
  await city.pass(30 * seconds)
  expect(await generationOf(city.store.state)).toBe(first)
  await stop()
})

test('lost again in the middle of being filled, wherever that is: it ends complete all the same', async () => {
  const calls = await loseAgain(Infinity)
  expect(calls).toBeGreaterThan(60)
  for (let at = 1; at <= calls; at += 3) await loseAgain(at)
}, 30_000)

/** Loses the store, and once more at the so-manieth call from then on. Resolves with how many calls there were in the first ten seconds. */
async function loseAgain(at: number): Promise<number> {
  const city = await new City().open()
  const { stop } = await city.match()
  await city.subscribe(...riders.slice(0, 12))
  await city.say(disruptionOf(1))
  const before = await standing(city)
  let calls = 0
  city.store.onCall = () => {
    if (++calls === at) city.store.lose()
  }
  city.store.lose()
  await city.pass(10 * seconds)
  const made = calls
  await city.pass(10 * seconds)
  city.store.onCall = () => {}
  expect({ at, ...(await standing(city)) }).toEqual({ at, ...before })
  await stop()
  return made
}

/** What can be said of a store without its table indexes: whom disruptions would reach at several times, and who is in which cohort. */
async function standing(city: City) {
  const { store } = city
  const around = {
    lines: new Map(['tram-1', 'tram-3'].map((id) => [id, lineOf(id, ['A', 'B', 'C', 'D', 'E'])])),
    tables: tablesIn(store.state),
    timezone: 'Europe/Berlin',
  }
  const found = []
  for (const [line, hours] of [
    ['tram-3', 0],
    ['tram-3', 2],
    ['tram-1', 0],
  ] as const) {
    const facts = factsOf(disruptionOf(1, { scopes: [lineScope(line)], revisions: [{ ...(disruptionOf(1).revisions[0] as never as object), scopes: [lineScope(line)] } as never] })) // prettier-ignore
    const cohorts = cohortsOf(await who(facts, around, store.pages, city.clock.now() / 1000 + hours * 3600))
    found.push(cohorts.flatMap((c) => ridersIn(c.recipients)).sort((a, b) => a - b))
  }
  const entries = await store.cohorts.list('lindenau/')
  const cohorts = await Promise.all(entries.map(async ({ id }) => [id, String(await store.cohorts.recipients(id))]))
  const sizes = await Promise.all([store.pages.size('lindenau/line:tram-3'), store.pages.size('lindenau/line:tram-1'), store.riders.size('lindenau')]) // prettier-ignore
  return { found, cohorts, sizes }
}

const ridersIn = (recipients: Uint8Array): number[] =>
  Array.from({ length: recipients.length / recipientBytes }, (_, i) => readRecipient(Buffer.from(recipients), i).rider)

async function slotsOf(city: City, disruption: string): Promise<string[]> {
  const entries = await city.store.cohorts.list(`lindenau/${disruption}/`)
  const slots = Buffer.concat(await Promise.all(entries.map(async ({ id }) => (await city.store.cohorts.slots(id)) ?? Buffer.alloc(0))))
  const all = Array.from({ length: slots.length / slotBytes }, (_, i) => readSlot(slots, i))
  return [...new Set(all.map(({ state, told }) => `${state} ${told}`))]
}

async function dueOf(city: City): Promise<string[]> {
  const due = (channel: ChannelName) => city.store.cohorts.due(channel, allCohortShards, city.clock.now(), 100)
  const ids = (await Promise.all(channelNames.map(due))).flat()
  return [...new Set(ids.map((id) => id.split('/')[1] ?? ''))].sort()
}
