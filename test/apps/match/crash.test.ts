import type { Bus } from '#bus/bus'
import { disruptions, riders } from '#bus/topics'
import { erase, publish } from '#bus/typed'
import { City, disruptionOf, riderOf, subscription } from './city'
import { type Death, Mortal } from './faults'

const minute = 60_000
/** It opens two minutes after the beginning. */
const later = [{ days: 127, from: 8 * 60 + 2, until: 10 * 60 }]
const line1 = subscription({ scope: 'line:tram-1' })

/** What happens in the city, one step after the other, whether or not match lives. */
const story: readonly ((city: City) => Promise<unknown>)[] = [
  (city) =>
    publish(city.bus, riders, [riderOf(1, [subscription()]), riderOf(2, [line1]), riderOf(3, [subscription({ channel: 'EMAIL' })])]),
  (city) => publish(city.bus, riders, [riderOf(2, [subscription()]), riderOf(3, [subscription({ channel: 'EMAIL' }), line1])]),
  (city) => publish(city.bus, riders, [riderOf(4, [subscription({ windows: later })]), riderOf(6, [subscription()])]),
  (city) => erase(city.bus, riders, riderOf(6, [])),
  (city) => publish(city.bus, disruptions, [disruptionOf(1)]),
  (city) => publish(city.bus, riders, [riderOf(5, [subscription()])]),
  (city) => publish(city.bus, disruptions, [disruptionOf(2)]),
  (city) => city.pass(3 * minute),
]

/** Tells the story to a match that dies at its `at`-th call of store or bus, and is started again. Resolves with its calls. */
async function tell(city: City, at: number, death: Death): Promise<number> {
  const mortal = new Mortal(city.bus, city.store, at, death)
  let process = await city.match(mortal.bus, mortal.store)
  let restarted = false
  for (const step of story) {
    await step(city)
    await city.pass()
    if (!mortal.isDead || restarted) continue
    await process.stop()
    process = await city.match()
    restarted = true
    await city.pass()
  }
  await city.pass(minute)
  await process.stop()
  return mortal.calls
}

async function outcome(city: City) {
  const { pages, state, riders } = city.store
  const cohorts = [...(await city.told())].sort(([a], [b]) => a - b).map(([rider, in_]) => [rider, in_.length])
  const carried = city.dispatches.flatMap((d) => (d.recipients.length > 0 ? [`${d.channel}/${d.cohort}`] : []))
  const ids = [...new Set([...(await city.told()).values()].flat())].map((id) => id.split('/').slice(2).join('/'))
  const latest = ids.filter((id) => !city.dispatches.some((d) => `${d.channel}/${d.cohort}` === id && d.revision === 2))
  return {
    cohorts,
    cohortsWithoutRecipientsOnTheBus: ids.filter((id) => !carried.includes(id)),
    cohortsThatMissedTheUpdate: latest,
    pages: [await pages.size('lindenau/line:tram-3'), await pages.size('lindenau/line:tram-1')],
    notes: await state.list('applying/'),
    riders: await riders.size('lindenau'),
  }
}

const expected = {
  cohorts: [[1, 1], [2, 1], [3, 1], [4, 1], [5, 1]],
  cohortsWithoutRecipientsOnTheBus: [],
  cohortsThatMissedTheUpdate: [],
  pages: [5, 1],
  notes: [],
  riders: 5,
} // prettier-ignore

test('match may die in any call of store or bus: what it does again comes to the same', async () => {
  const calm = await new City().open()
  const calls = await tell(calm, Infinity, 'before')
  expect(await outcome(calm)).toEqual(expected)
  expect(calls).toBeGreaterThan(50)
  for (let at = 1; at <= calls; at++) {
    const city = await new City().open()
    // Dying after a call leaves the same behind as dying before the next one: half of each covers both.
    await tell(city, at, at % 2 === 0 ? 'before' : 'after')
    expect({ at, ...(await outcome(city)) }).toEqual({ at, ...expected })
  }
}, 240_000)

test('two processes at once put each rider into one cohort', async () => {
  const city = await new City().open()
  const processes = [await city.match(), await city.match()]
  await city.subscribe(...Array.from({ length: 20 }, (_, i) => riderOf(i + 1, [subscription({ windows: i % 2 ? later : [] })])))
  const late = Array.from({ length: 20 }, (_, i) => riderOf(i + 21, [subscription()]))
  await Promise.all([publish(city.bus, disruptions, [disruptionOf(1)]), publish(city.bus, riders, late)])
  await city.pass(3 * minute)
  const told = await city.told()
  expect(told.size).toBe(40)
  expect([...told.values()].filter((cohorts) => cohorts.length !== 1)).toEqual([])
  await Promise.all(processes.map((process) => process.stop()))
})

test('a rider who is applied by a process that has not learnt of the disruption yet, after the other has read the pages: told all the same', async () => {
  const city = await new City().open()
  const slow = Promise.withResolvers<void>()
  /** Takes riders only, and learns of disruptions late. */
  const riderSide: Bus = {
    ...bound(city.bus),
    consume: (topic, group, handle) => (topic === 'riders' ? city.bus.consume(topic, group, handle) : idle),
    follow: (topic, apply) =>
      city.bus.follow(topic, async (batch) => {
        if (topic === 'disruptions' && batch.records.length > 0) await slow.promise
        await apply(batch)
      }),
  }
  const disruptionSide: Bus = {
    ...bound(city.bus),
    consume: (topic, group, handle) => (topic === 'riders' ? idle : city.bus.consume(topic, group, handle)),
  }
  const processes = [await city.match(riderSide), await city.match(disruptionSide)]
  await city.say(disruptionOf(1))
  await city.subscribe(riderOf(1, [subscription()]))
  expect((await city.told()).size).toBe(0)
  slow.resolve()
  await city.pass(3000)
  expect([...(await city.told()).keys()]).toEqual([1])
  await Promise.all(processes.map((process) => process.stop()))
})

const idle = Promise.resolve({ owned: () => [], stop: async () => {} })
const bound = (bus: Bus): Bus => ({
  append: (topic, records) => bus.append(topic, records),
  consume: (topic, group, handle) => bus.consume(topic, group, handle),
  follow: (topic, apply) => bus.follow(topic, apply),
  committed: (topic, group) => bus.committed(topic, group),
  close: () => bus.close(),
})
