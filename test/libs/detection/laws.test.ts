import * as fc from 'fast-check'
import type { OperatorDetector } from '#detection/detector'
import type { Change } from '#detection/situation'
import type { Observation } from '#domain/observation'
import { type TripSpec, newDetector, run, snapshot, start, topicAfter } from './city'

/** Days of a small city as a feed shows them: two lines with a few trips each, snapshots that are held or late, gaps, alerts and acts of staff. */
const tripOf = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  delay: fc.constantFrom(0, 0, 200, 350, 700, 1500),
  direction: fc.constantFrom(0, 1),
  departs: fc.constantFrom(start - 3600, start - 3600, start - 8700, start + 1200),
  relation: fc.constantFrom('SCHEDULED' as const, 'SCHEDULED' as const, 'SCHEDULED' as const, 'CANCELED' as const),
})
const tripsOf: fc.Arbitrary<TripSpec[]> = fc.uniqueArray(tripOf, { selector: (t) => t.key, maxLength: 4 })
const stepOf = fc.record({
  /** How many snapshots it lasts: situations need some time to open and close. */
  times: fc.constantFrom(1, 2, 3, 4, 5, 16),
  every: fc.constantFrom(30, 30, 30, 30, 150, 400, 2000),
  state: fc.constantFrom('OK' as const, 'OK' as const, 'OK' as const, 'HELD' as const, 'STALE' as const, 'DOWN' as const),
  lines: fc.record({ 'tram-3': tripsOf, 'bus-7': fc.oneof(tripsOf, fc.constant([])) }),
})
type Step = typeof stepOf extends fc.Arbitrary<infer T> ? T : never

const dayOf = fc.array(stepOf, { minLength: 1, maxLength: 12 }).map((steps) => observationsOf(steps))

function observationsOf(steps: readonly Step[]): Observation[] {
  let [seq, at] = [0, start]
  return steps.flatMap(({ times, every, state, lines }) =>
    Array.from({ length: times }, () => snapshot({ seq: ++seq, at: (at += every), lines, state })).flat(),
  )
}

const runs = 120
const show = (changes: readonly Change[]) => JSON.stringify(changes)
const stateOf = (detector: OperatorDetector) =>
  JSON.stringify(detector.pieces().map((p) => [p.name, Buffer.from(p.value ?? []).toString('base64')]))
const law = (test: (day: Observation[]) => void) => fc.assert(fc.property(dayOf, test), { numRuns: runs })

test('the days are interesting: some open, close with and without a word, dissolve, and get updates', () => {
  const seen = new Set<string>()
  for (const day of fc.sample(dayOf, { seed: 1, numRuns: 300 })) {
    for (const { kind, disruption: d } of run(day)) {
      seen.add(kind === 'erase' ? 'dissolved' : `${d.rule} ${d.state} ${d.revisions.at(-1)?.closing ?? '-'}`)
      if (d.revisions.length > 1 && d.state === 'OPEN') seen.add('update')
    }
  }
  const all = [
    'DELAY SUSPECTED -',
    'DELAY OPEN false',
    'DELAY CLOSED true',
    'DELAY CLOSED false',
    'CANCELLED OPEN false',
    'CANCELLED CLOSED true',
    'dissolved',
    'update',
  ]
  expect([...seen]).toEqual(expect.arrayContaining(all))
})

test('nothing opens, closes or changes but at an OK tick', () => {
  law((day) => {
    const detector = newDetector()
    for (const o of day) {
      const { changes } = detector.apply(o)
      if (o.kind !== 'tick' || o.tick.state !== 'OK') expect(changes).toEqual([])
    }
  })
})

test('observations that come again change nothing', () => {
  law((day) => {
    const detector = newDetector()
    run(day, detector)
    const before = stateOf(detector)
    expect(run(day, detector)).toEqual([])
    expect(stateOf(detector)).toBe(before)
  })
})

test('every one of them twice in a row is the same as once', () => {
  law((day) => expect(show(run(day.flatMap((o) => [o, o])))).toBe(show(run(day))))
})

/** The frames of every snapshot in the opposite order. */
const turned = (day: readonly Observation[]) => {
  const snapshots: Observation[][] = [[]]
  for (const o of day) {
    snapshots.at(-1)?.push(o)
    if (o.kind === 'tick') snapshots.push([])
  }
  return snapshots.flatMap((s) => [...s.filter((o) => o.kind !== 'tick').toReversed(), ...s.filter((o) => o.kind === 'tick')])
}

test('the order of frames within a snapshot does not matter', () => {
  law((day) => expect(show(run(turned(day)))).toBe(show(run(day))))
})

test('a detector read from its stored pieces goes on like the one that wrote them', () => {
  fc.assert(
    fc.property(dayOf, fc.double({ min: 0, max: 1, noNaN: true }), (day, share) => {
      const cut = Math.floor(day.length * share)
      const first = newDetector()
      run(day.slice(0, cut), first)
      const second = newDetector()
      second.restore(first.pieces().flatMap(({ name, value }) => (value ? [{ name, value }] : [])))
      expect(stateOf(second)).toBe(stateOf(first))
      expect(show(run(day.slice(cut), second))).toBe(show(run(day.slice(cut), first)))
    }),
    { numRuns: runs },
  )
})

test('a crash with only some of the changed pieces stored: the redo gives the same topic', () => {
  fc.assert(
    fc.property(
      dayOf,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer(),
      (day, share, size, bits) => {
        const cut = Math.floor(day.length * share)
        const store = new Map<string, Uint8Array>()
        const put = (pieces: ReturnType<OperatorDetector['takeChanged']>) => pieces.forEach((p) => p.value && store.set(p.name, p.value))
        const first = newDetector()
        const topic = run(day.slice(0, cut), first)
        put(first.takeChanged())
        // The batch is published, then the process dies while the states are written; the batch comes again.
        const batch = day.slice(cut, cut + size)
        topic.push(...run(batch, first))
        put(first.takeChanged().filter((_, i) => (bits >> (i % 31)) & 1))
        const second = newDetector()
        second.restore([...store].map(([name, value]) => ({ name, value })))
        topic.push(...run(day.slice(cut), second))
        expect(byId(topicAfter(topic))).toEqual(byId(topicAfter(run(day))))
      },
    ),
    { numRuns: runs },
  )
})

const byId = (disruptions: ReturnType<typeof topicAfter>) => Object.fromEntries(disruptions.map((d) => [d.id, d]))

test('one disruption a line and rule is open at a time, its revisions count up, and a closed one stays as it is', () => {
  law((day) => {
    const closed = new Set<string>()
    const topic: Change[] = []
    for (const change of run(day)) {
      topic.push(change)
      const d = change.disruption
      expect(closed.has(d.id)).toBe(false)
      if (d.state === 'CLOSED') closed.add(d.id)
      expect(d.revisions.map((r) => r.number)).toEqual(d.revisions.map((_, i) => i + 1))
      const alive = topicAfter(topic).filter((x) => x.state !== 'CLOSED')
      expect(new Set(alive.map((x) => `${x.scopes[0]?.line} ${x.rule}`)).size).toBe(alive.length)
    }
  })
})
