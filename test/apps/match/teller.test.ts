import type { Bus } from '#bus/bus'
import { cohortSize } from '#domain/dispatch'
import { channelNames } from '#domain/rider'
import { packRecords } from '#matching/record'
import type { Store } from '#store/ports'
import { City, disruptionOf } from './city'

/** More cohorts than are opened in one step. */
const riders = 9 * cohortSize + 7
const all = Array.from({ length: 10 }, (_, n) => n)
const scope = 'lindenau/line:tram-3'

/** More riders than a few cohorts hold, as they stand in the pages. */
async function crowded(): Promise<City> {
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
  const mine = new Proxy(cohorts, { get: (target, name) => (name === 'openAll' ? openAll : Reflect.get(target, name)) })
  const store = new Proxy(city.store, { get: (target, name) => (name === 'cohorts' ? mine : Reflect.get(target, name)) })
  return { bus, store, opened, most }
}

const bound = (bus: Bus): Bus => ({
  append: (...args) => bus.append(...args),
  consume: (...args) => bus.consume(...args),
  follow: (...args) => bus.follow(...args),
  committed: (...args) => bus.committed(...args),
  close: () => bus.close(),
})

test('a large audience: cohorts are opened in their order, a few in a step, while the dispatches of those before are written', async () => {
  const city = await crowded()
  const { bus, store, opened, most } = watched(city)
  const { stop } = await city.match(bus, store)
  await city.say(disruptionOf(1))
  await city.pass(100)
  expect(opened).toEqual(all.map((n) => `lindenau/d1/TELEGRAM/${n}`))
  expect(most).toEqual({ opening: 1, dispatching: 10 })
  expect(city.dispatches).toEqual([])
  await city.pass(2000)
  expect(city.dispatches.map(({ cohort }) => cohort)).toEqual(all)
  await stop()
})

test('of two who open at once each has read what the other has opened before: nobody is in two cohorts', async () => {
  const city = await crowded()
  const two = [watched(city), watched(city)]
  const processes = [await city.match(two[0]?.bus, two[0]?.store), await city.match(two[1]?.bus, two[1]?.store)]
  await city.store.pages.put(scope, riders + 1, recordOf(riders + 1))
  await city.say(disruptionOf(1))
  for (let i = 0; i < 30; i++) await city.pass(1000)
  await city.pass(16 * 60_000)
  const told = await city.told()
  expect(told.size).toBe(riders + 1)
  expect([...told.values()].filter((cohorts) => cohorts.length !== 1)).toEqual([])
  await Promise.all(processes.map((process) => process.stop()))
})

test('a dispatch that cannot be written is written with the next attempt; nobody is told twice', async () => {
  const city = await crowded()
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
  expect([...new Set(carrying.map(({ cohort }) => cohort))].sort()).toEqual(all)
  const told = await city.told()
  expect(told.size).toBe(riders)
  expect([...told.values()].filter((cohorts) => cohorts.length !== 1)).toEqual([])
  await stop()
})
