import * as fc from 'fast-check'
import { type OperatorDetector, portionsOf } from '#detection/detector'
import type { Change } from '#detection/situation'
import { type Disruption, lineScope, severityRank } from '#domain/disruption'
import type { Notice, Observation, OperatorAlert } from '#domain/observation'
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
  /** Which of the alerts the feeds show, and which of the notices staff have issued. */
  alerts: fc.subarray(['works', 'snow', 'strike'] as const),
  notices: fc.subarray(['n0', 'n1']),
})
type Step = typeof stepOf extends fc.Arbitrary<infer T> ? T : never

const dayOf = fc.array(stepOf, { minLength: 1, maxLength: 12 }).map((steps) => observationsOf(steps))

/** The works are told by the feed that has the trips, the others by one of their own. */
const alertOf = (id: Step['alerts'][number], gone: boolean): OperatorAlert => ({
  operator: 'lindenau', feed: id === 'works' ? 'trips' : 'alerts', epoch: 1, seq: 1, feedTime: start, id, gone,
  scopes: id === 'strike' ? [lineScope('tram-3'), lineScope('bus-7')] : [lineScope('tram-3')],
  effect: ({ works: 'DETOUR', snow: 'SIGNIFICANT_DELAYS', strike: 'REDUCED_SERVICE' } as const)[id],
  cause: 'WEATHER', severity: 'WARNING', periods: [], headers: [{ language: 'de', text: id }], descriptions: [],
}) // prettier-ignore

const noticeOf = (disruption: string, act: Notice['act'], at: number): Observation => ({
  kind: 'notice',
  notice: {
    operator: 'lindenau', id: `${act}-${disruption}`, disruption, act, at, author: 'Ada', scopes: [lineScope(disruption === 'n0' ? 'tram-3' : 'bus-7')],
    effect: 'REDUCED_SERVICE', cause: 'STRIKE', severity: 'WARNING', until: 0, publishAt: 0, texts: [],
  },
}) // prettier-ignore

function observationsOf(steps: readonly Step[]): Observation[] {
  let [seq, at] = [0, start]
  return steps.flatMap(({ times, every, state, lines, alerts, notices }, n) => {
    const before = steps[n - 1]
    const ended = (before?.alerts ?? []).filter((id) => !alerts.includes(id)).map((id) => alertOf(id, true))
    const news = [...alerts.map((id) => alertOf(id, false)), ...ended]
    const acts = [
      ...notices.filter((id) => !before?.notices.includes(id)).map((id) => noticeOf(`${id}`, 'ISSUE', at)),
      ...(before?.notices ?? []).filter((id) => !notices.includes(id)).map((id) => noticeOf(id, 'CLEAR', at)),
    ]
    const snapshots = Array.from({ length: times }, (_, i) => {
      const head = { seq: ++seq, at: (at += every), state }
      const of = (feed: string) => (state === 'OK' || i === 0 ? news.filter((a) => a.feed === feed) : [])
      const own = snapshot({ ...head, state: 'OK', lines: {}, alerts: of('alerts') }).map(asAlertsFeed)
      return [...snapshot({ ...head, lines, alerts: of('trips') }), ...own]
    })
    return [...acts, ...snapshots.flat()]
  })
}

const asAlertsFeed = (o: Observation): Observation => (o.kind === 'tick' ? { kind: 'tick', tick: { ...o.tick, feed: 'alerts' } } : o)

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
      if (d.publication === 'HELD' && d.state === 'OPEN') seen.add('held under a cover')
      if (d.publication === 'TOLD' && d.evidence.includes('"uncovered"')) seen.add('told when the cover ended')
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
    'held under a cover',
    'told when the cover ended',
  ]
  expect([...seen]).toEqual(expect.arrayContaining(all))
})

test('nothing opens, closes or changes but at an OK tick, and by what staff do', () => {
  law((day) => {
    const detector = newDetector()
    for (const o of day) {
      const { changes } = detector.apply(o)
      if (o.kind !== 'notice' && (o.kind !== 'tick' || o.tick.state !== 'OK')) expect(changes).toEqual([])
    }
  })
})

test('observations that come again change nothing (an alert that has been forgotten opens and ends again, as it did)', () => {
  law((day) => {
    const detector = newDetector()
    run(day, detector)
    const [topic, before] = [run(day), stateOf(detector)]
    const again = run(day, detector)
    expect(again.filter((c) => c.disruption.origin !== 'FEED')).toEqual([])
    expect(byId(topicAfter([...topic, ...again]))).toEqual(byId(topicAfter(topic)))
    expect(stateOf(detector)).toBe(before)
  })
})

test('every one of them twice in a row is the same as once', () => {
  law((day) => expect(show(run(day.flatMap((o) => [o, o])))).toBe(show(run(day))))
})

/** The frames and alerts of every snapshot in the opposite order; between snapshots nothing moves. */
const turned = (day: readonly Observation[]) => {
  const runs: Observation[][] = [[]]
  for (const o of day) {
    if (o.kind === 'tick' || o.kind === 'notice') runs.push([o], [])
    else runs.at(-1)?.push(o)
  }
  return runs.flatMap((run) => run.toReversed())
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
        // The states of a portion in any order, of the next one only when all of it are stored.
        let lost = 0
        for (const portion of portionsOf(first.takeChanged())) {
          const stored: typeof portion = lost > 0 ? [] : portion.filter((_, i) => (bits >> (i % 31)) & 1)
          put([...stored])
          lost += portion.length - stored.length
        }
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
      const alive = topicAfter(topic).filter((x) => x.state !== 'CLOSED' && x.origin === 'DETECTED')
      expect(new Set(alive.map((x) => `${x.scopes[0]?.line} ${x.rule}`)).size).toBe(alive.length)
    }
  })
})

test('nothing detected begins to be told, and nothing told gets an update, while the same cause is told of the whole of it', () => {
  const whole = (d: Disruption, before: Disruption | undefined, cover: Disruption) =>
    cover.origin !== 'DETECTED' &&
    cover.state === 'OPEN' &&
    cover.scopes.some((s) => s.line === d.scopes[0]?.line) &&
    explains(d, before, cover)
  law((day) => {
    const [detector, topic] = [newDetector(), new Map<string, Disruption>()]
    for (const o of day) {
      const { changes } = detector.apply(o)
      const before = new Map(topic)
      for (const { disruption } of changes) topic.set(disruption.id, disruption)
      for (const { disruption: d } of changes.filter((c) => c.disruption.origin === 'DETECTED' && c.disruption.state === 'OPEN')) {
        const old = before.get(d.id)
        const covered = [...topic.values()].some((c) => whole(d, old, c))
        if (d.publication === 'TOLD') expect([d.id, covered]).toEqual([d.id, false])
        if (d.publication === 'HELD' && old?.publication !== 'HELD') expect([d.id, covered]).toEqual([d.id, true])
      }
    }
  })
})

/** A detour explains delays only, and none that is, or was until this revision, worse than itself. */
const explains = (d: Disruption, before: Disruption | undefined, { effect, severity }: Disruption) => {
  if (effect !== 'DETOUR' && effect !== 'MODIFIED_SERVICE') return true
  const worst = Math.max(severityRank(d.severity), severityRank(before?.severity ?? 'INFO'))
  return (effect !== 'DETOUR' || d.rule === 'DELAY') && worst <= severityRank(severity)
}
