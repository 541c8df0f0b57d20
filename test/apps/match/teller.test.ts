import type { Bus } from '#bus/bus'
import { encodeCohortHeader } from '#domain/cohortHeader'
import { cohortSize } from '#domain/dispatch'
import { recipientBytes, writeRecipient } from '#domain/recipient'
import { channelNames } from '#domain/rider'
import { packRecords } from '#matching/record'
import type { Store } from '#store/ports'
import { City, disruptionOf } from './city'

/** So many full cohorts and a bit of one more. */
const ridersOf = (cohorts: number): number => cohorts * cohortSize + 7
const scope = 'lindenau/line:tram-3'

/** More riders than a few cohorts hold, as they stand in the pages. */
async function crowded(riders: number): Promise<City> {
  const city = await new City().open()
  for (let rider = 1; rider <= riders; rider++) await city.store.pages.put(scope, rider, recordOf(rider))
  return city
}

const recordOf = (rider: number): Buffer =>
  packRecords([
    {
      rider, schedule: 0, section: 0, direction: 2, minSeverity: 0, minDelay: 0, language: 0, planned: true, second: 'also',
      channel: channelNames.indexOf('TELEGRAM'), secondChannel: 0, from: 0, until: 0,
    },
  ]) // prettier-ignore

function recipientOf(rider: number): Buffer {
  const bytes = Buffer.alloc(recipientBytes)
  writeRecipient(bytes, 0, { rider, language: 'de', urgency: 0, secondChannel: 0, flags: 0 })
  return bytes
}

const headerOf = (cohort: number) =>
  encodeCohortHeader({
    operator: 'lindenau',
    disruption: 'd1',
    channel: 'TELEGRAM',
    cohort,
    revision: 1,
    severity: 'WARNING',
    openedAtMs: 0,
  })

/** A store and a bus that note what they are asked, and hold back what follows an opening. */
function watched(city: City) {
  const opened: string[] = []
  let opening = 0
  let dispatching = 0
  const most = { opening: 0, dispatching: 0 }
  const bus: Bus = {
    ...bound(city.bus),
    append: async (topic, records) => {
      if (!topic.startsWith('dispatch.')) return city.bus.append(topic, records)
      most.dispatching = Math.max(most.dispatching, ++dispatching)
      await city.clock.sleep(1000)
      dispatching--
      return city.bus.append(topic, records)
    },
  }
  const { cohorts } = city.store
  const openAll: Store['cohorts']['openAll'] = async (some) => {
    most.opening = Math.max(most.opening, ++opening)
    await city.clock.sleep(1)
    const count = await cohorts.openAll(some)
    opening--
    opened.push(...some.slice(0, count).map(({ id }) => id))
    return count
  }
  return { bus, store: withOpenAll(city.store, openAll), opened, most }
}

function withOpenAll(store: Store, openAll: Store['cohorts']['openAll']): Store {
  const cohorts = new Proxy(store.cohorts, { get: (target, name) => (name === 'openAll' ? openAll : Reflect.get(target, name)) })
  return new Proxy(store, { get: (target, name) => (name === 'cohorts' ? cohorts : Reflect.get(target, name)) })
}

const bound = (bus: Bus): Bus => ({
  append: (...args) => bus.append(...args),
  consume: (...args) => bus.consume(...args),
  follow: (...args) => bus.follow(...args),
  committed: (...args) => bus.committed(...args),
  close: () => bus.close(),
})

test('a large audience: cohorts are opened in their order, a few in a step, while the dispatches of those before are written', async () => {
  const city = await crowded(ridersOf(8))
  const { bus, store, opened, most } = watched(city)
  const { stop } = await city.match(bus, store)
  await city.say(disruptionOf(1))
  await city.pass(100)
  expect(opened).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => `lindenau/d1/TELEGRAM/${n}`))
  expect(most).toEqual({ opening: 1, dispatching: 9 })
  expect(city.dispatches).toEqual([])
  await city.pass(2000)
  expect(city.dispatches.map(({ cohort }) => cohort)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  await stop()
})

test('where somebody else takes a number meanwhile, his riders are left out and nobody else is', async () => {
  const riders = ridersOf(3)
  const city = await crowded(riders)
  const { cohorts } = city.store
  // As another instance would, for riders of whom this one has planned some into the cohort after next.
  const theirs = Buffer.concat([cohortSize + 1, 2 * cohortSize + 1].map(recipientOf))
  let steps = 0
  const openAll: Store['cohorts']['openAll'] = async (some) => {
    if (steps++ === 0) await cohorts.open('lindenau/d1/TELEGRAM/1', headerOf(1), theirs)
    return cohorts.openAll(some)
  }
  const { stop } = await city.match(city.bus, withOpenAll(city.store, openAll))
  await city.say(disruptionOf(1))
  await city.pass(60_000)
  const told = await city.told()
  expect(told.size).toBe(riders)
  expect([...told.values()].filter((cohorts) => cohorts.length !== 1)).toEqual([])
  expect(steps).toBeGreaterThan(1)
  await stop()
})

test('a dispatch that cannot be written is written with the next attempt; nobody is told twice', async () => {
  const riders = ridersOf(2)
  const city = await crowded(riders)
  let failing = 2
  const bus: Bus = {
    ...bound(city.bus),
    append: async (topic, records) => {
      if (topic.startsWith('dispatch.') && failing-- > 0) throw new Error('the broker is down')
      return city.bus.append(topic, records)
    },
  }
  const { stop } = await city.match(bus)
  await city.say(disruptionOf(1))
  await city.pass(60_000)
  const carrying = city.dispatches.filter(({ recipients }) => recipients.length > 0)
  expect([...new Set(carrying.map(({ cohort }) => cohort))].sort()).toEqual([0, 1, 2])
  const told = await city.told()
  expect(told.size).toBe(riders)
  expect([...told.values()].filter((cohorts) => cohorts.length !== 1)).toEqual([])
  await stop()
})
