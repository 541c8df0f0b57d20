import { disruptions } from '#bus/topics'
import type { Observation } from '#domain/observation'
import { late, onTime, series, snapshot, start, times } from '../../libs/detection/city'
import { World, received } from './world'

const bad = [...late(2, 700), ...onTime(3)]
const fine = [...late(2, 0), ...onTime(3)]
const worse = [...late(2, 1300), ...onTime(3)]

/** A line becomes late, worse, and on time again; another one only seems so. Batches as a consumer may get them, cut anywhere. */
const story: Observation[] = [
  ...series([bad]),
  ...snapshot({ seq: 2, at: start + 60, lines: { 'tram-3': bad, 'bus-7': bad } }),
  ...snapshot({ seq: 3, at: start + 90, lines: { 'tram-3': bad, 'bus-7': fine } }),
  ...series([...times(24, worse), fine, fine, fine, bad], 4),
]
const batchesOf = (size: number) =>
  Array.from({ length: Math.ceil(story.length / size) }, (_, i) => received(story.slice(i * size, (i + 1) * size)))

async function undisturbed() {
  const world = new World()
  const detection = world.start()
  for (const batch of batchesOf(7)) await detection.handle(batch)
  return world.topic()
}

test('from observations to the topic', async () => {
  const topic = await undisturbed()
  expect(Object.values(topic).map((d) => [d.id, d.state, d.revisions.length])).toEqual([
    [`tram-3-delay-${start + 30}`, 'CLOSED', 3],
    [`tram-3-delay-${start + 31 * 30}`, 'SUSPECTED', 0],
  ])
})

test('a crash before or after any write: the batch comes again, and the topic becomes the same', async () => {
  const expected = await undisturbed()
  let deaths = 0
  for (const size of [3, 7, 1000]) {
    for (const when of ['before', 'after'] as const) {
      for (let write = 1; write <= 30; write++) {
        const world = new World()
        let detection = world.start({ write, when })
        for (const batch of batchesOf(size)) {
          await detection.handle(batch).catch(async () => {
            deaths++
            detection = world.start()
            await detection.handle(batch)
          })
        }
        expect([size, when, write, await world.topic()]).toEqual([size, when, write, expected])
      }
    }
  }
  expect(deaths).toBeGreaterThan(60)
})

test('a store that fails for a moment: the same process goes on from what was stored', async () => {
  const expected = await undisturbed()
  const world = new World()
  const detection = world.start({ write: 4, when: 'before' })
  for (const batch of batchesOf(7)) await detection.handle(batch).catch(() => detection.handle(batch))
  expect(await world.topic()).toEqual(expected)
})

test('a partition that went to another instance and came back: nobody goes on from an old memory', async () => {
  const world = new World()
  const instances = [world.join(), world.join()]
  for (const [i, batch] of batchesOf(7).entries()) {
    const turn = Math.floor(i / 2) % 2
    instances[1 - turn]?.owns([])
    await world.clock.advance(0)
    instances[turn]?.owns([0])
    await instances[turn]?.handle(batch)
  }
  expect(await world.topic()).toEqual(await undisturbed())
})

test('one that was frozen in the midst of a batch and thaws writes nothing over what its successor did', async () => {
  const world = new World()
  const ice = Promise.withResolvers<void>()
  let frozen = Promise.resolve()
  const [first, ...rest] = batchesOf(7)
  const zombie = world.join(undefined, () => frozen)
  await zombie.handle(first ?? [])
  frozen = ice.promise
  const stuck = zombie.handle(rest[0] ?? []).catch((error: unknown) => error)
  const successor = world.join()
  await world.clock.advance(11_000)
  for (const batch of rest) await successor.handle(batch)
  ice.resolve()
  expect(await stuck).toMatchObject({ message: expect.stringContaining('another instance') })
  expect(await world.topic()).toEqual(await undisturbed())
})

test('only states that changed are written; a line on time costs nothing', async () => {
  const world = new World()
  const detection = world.start()
  await detection.handle(received(series([fine])))
  const marks = () => world.store.state.getMany(['detect/lindenau/mark']).then(([m]) => m?.toString())
  const before = await marks()
  await detection.handle(received(series([fine, fine], 2).filter((o) => o.kind === 'tick')))
  expect(await marks()).toBe(before)
  await detection.handle(received(series([bad], 4)))
  expect((await world.store.state.list('detect/lindenau/')).map((e) => e.key)).toEqual([
    'detect/lindenau/line/tram-3',
    'detect/lindenau/mark',
  ])
})

test('a lost state: what is open stays known, nothing is told before the next key frame, and it can still end', async () => {
  const world = new World()
  await world.start().handle(received(series([bad, bad])))
  const keys = (await world.store.state.list('detect/')).map(({ key }) => ({ key, value: undefined }))
  await world.store.state.putMany(keys)
  const detection = world.start()
  await detection.handle(received(series(times(3, fine), 3).filter((o) => o.kind === 'tick')))
  expect(Object.values(await world.topic())).toMatchObject([{ state: 'OPEN', revisions: [{ number: 1 }] }])
  await detection.handle(received(series(times(3, fine), 6)))
  expect(Object.values(await world.topic())).toMatchObject([{ state: 'CLOSED', revisions: [{ number: 1 }, { closing: true }] }])
})

test('two operators in a partition do not know of each other; an unknown one is left out', async () => {
  const world = new World()
  const of = (operator: string, o: Observation): Observation =>
    o.kind === 'frame'
      ? { kind: 'frame', frame: { ...o.frame, operator } }
      : o.kind === 'tick'
        ? { kind: 'tick', tick: { ...o.tick, operator } }
        : o
  const mixed = series([bad, bad]).flatMap((o) => [of('seebach', o), o, of('nowhere', o)])
  await world.start().handle(received(mixed))
  const topic = await world.topic()
  expect(Object.keys(topic)).toEqual(['lindenau', 'seebach'].map((operator) => `${operator}/tram-3-delay-${start + 30}`))
  expect(Object.values(topic).map((d) => disruptions.partitionBy(d))).toEqual(['lindenau', 'seebach'])
})
