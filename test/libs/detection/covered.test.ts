import type { OperatorDetector } from '#detection/detector'
import { firstTold } from '#detection/covered'
import { type Disruption, type Effect, type Scope, lineScope } from '#domain/disruption'
import type { Notice, Observation, OperatorAlert } from '#domain/observation'
import { type TripSpec, late, newDetector, onTime, run, settings, snapshot, start, times, topicAfter, withPolicy } from './city'

const alertOf = (effect: Effect, over: Partial<OperatorAlert> = {}): OperatorAlert => ({
  operator: 'lindenau', feed: 'trips', epoch: 1, seq: 1, feedTime: start, id: 'snow', gone: false, scopes: [lineScope('tram-3'), lineScope('tram-5')],
  effect, cause: 'WEATHER', severity: 'WARNING', periods: [], headers: [{ language: 'de', text: 'Schnee' }], descriptions: [], ...over,
}) // prettier-ignore

const act = (of: Notice['act'], disruption: string, over: Partial<Notice> = {}): Observation => {
  const notice: Notice = {
    operator: 'lindenau', id: `${of}-${disruption}`, disruption, act: of, at: start + 45, author: 'Ada', scopes: [], effect: 'REDUCED_SERVICE',
    cause: 'STRIKE', severity: 'WARNING', until: 0, publishAt: 0, texts: [], ...over,
  } // prettier-ignore
  return { kind: 'notice', notice }
}

const bad = [...late(2, 700), ...onTime(3)]
const worse = [...late(2, 1700), ...onTime(3)]
const fine = [...late(2, 0), ...onTime(3)]
const cancelled: TripSpec[] = [{ key: 'x', departs: start + 7200, relation: 'CANCELED' }]

/** Snapshots of tram 3, 30 seconds apart, with what the feed says of the alert in each: an alert, its end, or nothing new. */
class Town {
  private seq = 0
  private readonly topic = new Map<string, Disruption>()
  constructor(readonly detector: OperatorDetector = newDetector()) {}

  snapshots(trips: readonly (readonly TripSpec[])[], alert?: OperatorAlert): Disruption[] {
    return trips.flatMap((of, i) => {
      const seq = ++this.seq
      return this.apply(snapshot({ seq, at: start + seq * 30, lines: { 'tram-3': of }, alerts: alert && i === 0 ? [alert] : [] }))
    })
  }

  /** The records of what is detected that changed. */
  apply(observations: readonly Observation[]): Disruption[] {
    const changes = run(observations, this.detector)
    for (const d of topicAfter(changes)) this.topic.set(d.id, d)
    return topicAfter(changes).filter((d) => d.origin === 'DETECTED')
  }

  detected(): Disruption[] {
    return [...this.topic.values()].filter((d) => d.origin === 'DETECTED')
  }
}

const snow = alertOf('SIGNIFICANT_DELAYS')
const gone = { ...snow, gone: true }

test('what an alert of the same snapshot explains is held, and nobody hears of it when it ends first', () => {
  const town = new Town()
  town.snapshots([cancelled, [...cancelled, ...bad], [...cancelled, ...bad]], snow)
  expect(town.detected()).toMatchObject([
    { rule: 'CANCELLED', state: 'OPEN', publication: 'HELD' },
    { rule: 'DELAY', state: 'OPEN', publication: 'HELD' },
  ])
  const by = `alert-snow-${start + 30}`
  expect(town.detected().map((d) => (JSON.parse(d.evidence) as { covered: object }).covered)).toEqual([
    { at: start + 30, by },
    { at: start + 90, by },
  ])
  town.snapshots(times(3, [...fine, { key: 'x', departs: start + 7200 }]))
  expect(town.detected()).toMatchObject(times(2, { state: 'CLOSED', publication: 'HELD' }))
  expect(town.detected().map(firstTold)).toEqual(times(2, undefined))
})

test('when the cover ends and it goes on, it is told by its policy with what is so then; while it recovers, nobody is told of it', () => {
  const town = new Town()
  town.snapshots(times(2, bad), snow)
  expect(town.snapshots(times(2, worse), gone)).toEqual([])
  const [told] = town.snapshots([worse])
  expect(told).toMatchObject({ publication: 'TOLD', state: 'OPEN', openedAt: start + 60, severity: 'SEVERE' })
  expect(told?.revisions.map((r) => [r.number, r.at - start, r.delayMax])).toEqual([[1, 60, 900], [2, 150, 1800]]) // prettier-ignore
  expect([told && firstTold(told), told && (JSON.parse(told.evidence) as object)]).toMatchObject([2, { uncovered: { at: start + 150 } }])
  const recovering = new Town()
  recovering.snapshots(times(2, bad), snow)
  recovering.snapshots([bad, fine, fine, fine], gone)
  expect(recovering.detected()).toMatchObject([{ state: 'CLOSED', publication: 'HELD' }])
  const asked = new Town(newDetector(withPolicy({ default: 'auto', DELAY: 'ask' })))
  asked.snapshots(times(2, bad), snow)
  expect(asked.snapshots(times(4, worse), gone)).toMatchObject([{ publication: 'HELD' }])
})

test('a cover that comes later: what was told stays told without updates, and ends with its all-clear', () => {
  const town = new Town()
  town.snapshots(times(2, bad))
  expect(town.snapshots(times(30, worse), snow)).toEqual([])
  expect(town.snapshots(times(3, fine))).toMatchObject([{ publication: 'TOLD', revisions: [{ number: 1 }, { number: 2, closing: true }] }])
  const after = new Town()
  after.snapshots(times(2, bad))
  after.snapshots(times(30, worse), snow)
  expect(after.snapshots(times(3, worse), gone)).toMatchObject([{ publication: 'TOLD', revisions: [{}, { severity: 'SEVERE' }] }])
})

test('staff confirm what is covered: it is told, and so are its updates', () => {
  const town = new Town()
  town.snapshots(times(2, bad), snow)
  const id = town.detected()[0]?.id ?? ''
  expect(town.apply([act('CONFIRM', id)])).toMatchObject([{ publication: 'TOLD', revisions: [{ number: 1 }] }])
  expect(town.snapshots(times(30, worse))).toMatchObject([{ publication: 'TOLD', revisions: [{}, { severity: 'SEVERE' }] }])
})

test('a notice of staff covers from its act to its end', () => {
  const town = new Town()
  town.apply([act('ISSUE', 'n1', { at: start, scopes: [lineScope('tram-3')], until: start + 100 })])
  town.snapshots(times(2, bad))
  expect(town.detected()).toMatchObject([{ publication: 'HELD' }])
  expect(town.snapshots(times(2, bad))).toMatchObject([{ publication: 'TOLD', revisions: [{ at: start + 60 }, { at: start + 120 }] }])
})

const publicationUnder = (alert: OperatorAlert, trips = bad) => {
  const town = new Town()
  town.snapshots(times(2, trips), alert)
  return town.detected().at(-1)?.publication
}

test.each<[string, Partial<Record<'DELAY' | 'CANCELLED', boolean>>, Effect, readonly Scope[], Partial<OperatorAlert>?]>([
  ['no service', { DELAY: true, CANCELLED: true }, 'NO_SERVICE', [lineScope('tram-3')]],
  ['a detour explains delays, not cancellations', { DELAY: true, CANCELLED: false }, 'DETOUR', [lineScope('tram-3')]],
  ['a lift explains nothing', { DELAY: false, CANCELLED: false }, 'ACCESSIBILITY_ISSUE', [lineScope('tram-3')]],
  ['the whole operator', { DELAY: true, CANCELLED: true }, 'REDUCED_SERVICE', []],
  ['another line', { DELAY: false, CANCELLED: false }, 'NO_SERVICE', [lineScope('tram-5')]],
  ['the other direction', { DELAY: false, CANCELLED: false }, 'NO_SERVICE', [lineScope('tram-3', 1)]],
  ['one of its stops', { DELAY: false }, 'DETOUR', [{ ...lineScope('tram-3'), stop: 's2' }]],
  ['a section of it', { DELAY: false }, 'DETOUR', [{ ...lineScope('tram-3'), fromStop: 's1', toStop: 's2' }]],
  ['works that begin later', { DELAY: false }, 'DETOUR', [lineScope('tram-3')], { periods: [{ start: start + 9000, end: 0 }] }],
  ['works of every night', { DELAY: false }, 'DETOUR', [lineScope('tram-3')], { periods: [{ start: 1, end: 2 }, { start: start + 9000, end: start + 9999 }] }], // prettier-ignore
])('%s', (_, expected, effect, scopes, over = {}) => {
  const found = { DELAY: publicationUnder(alertOf(effect, { scopes, ...over })), CANCELLED: publicationUnder(alertOf(effect, { scopes, ...over }), cancelled) } // prettier-ignore
  for (const [rule, held] of Object.entries(expected)) expect([rule, found[rule as 'DELAY']]).toEqual([rule, held ? 'HELD' : 'TOLD'])
})

test('both directions may be covered one by one', () => {
  const both = [...late(2, 700), ...late(2, 700, 1).map((t) => ({ ...t, key: `${t.key}-back` }))]
  const ways = [0, 1].map((direction) => lineScope('tram-3', direction))
  expect([
    publicationUnder(alertOf('DETOUR', { scopes: ways }), both),
    publicationUnder(alertOf('DETOUR', { scopes: ways.slice(1) }), both),
  ]).toEqual(['HELD', 'TOLD'])
})

test('what is held in shadow covers nothing', () => {
  const town = new Town(newDetector(withPolicy({ default: 'auto', ALERT: 'shadow' })))
  town.snapshots(times(2, bad), snow)
  expect(town.detected()).toMatchObject([{ publication: 'TOLD' }])
})

test('after its state was lost it is still held, and told when the cover ends', () => {
  const before = new Town()
  before.snapshots(times(2, bad), snow)
  const cover = topicAfter(run(snapshot({ seq: 1, at: start + 30, lines: {}, alerts: [snow] })))
  const town = new Town(newDetector(settings))
  town.detector.adopt([...cover, ...before.detected()])
  town.snapshots(times(3, bad), snow)
  expect(town.detected()).toEqual([])
  expect(town.snapshots(times(3, bad), gone)).toMatchObject([{ id: before.detected()[0]?.id, publication: 'TOLD' }])
})

test('where alerts are a feed of their own, what a cover held is told before its end is, unless the last snapshot of the line was good', () => {
  const own = (seq: number, state: OperatorAlert[]): Observation[] =>
    snapshot({ seq, at: start + seq * 30, lines: {}, alerts: state.map((a) => ({ ...a, feed: 'alerts' })) }).map((o) =>
      o.kind === 'tick' ? { kind: 'tick', tick: { ...o.tick, feed: 'alerts' } } : o,
    )
  const endOf = (last: readonly TripSpec[]) => {
    const detector = newDetector()
    const trips = (seq: number, of: readonly TripSpec[]) => snapshot({ seq, at: start + seq * 30, lines: { 'tram-3': of } })
    run(
      [...own(1, [snow]), ...trips(1, bad), ...trips(2, bad), ...own(2, [gone]), ...own(3, []), ...trips(3, worse), ...trips(4, last)],
      detector,
    )
    return run(own(4, []), detector).map(({ disruption: d }) => [d.rule, d.publication, d.state, d.severity])
  }
  expect(endOf(worse)).toEqual([['DELAY', 'TOLD', 'OPEN', 'SEVERE'], ['ALERT', 'TOLD', 'CLOSED', 'WARNING']]) // prettier-ignore
  expect(endOf(fine)).toEqual([['ALERT', 'TOLD', 'CLOSED', 'WARNING']])
})

test('a detour explains nothing worse than itself, and an alert of yesterday explains nothing', () => {
  const severe = [...late(2, 1700), ...onTime(3)]
  const detoured = new Town()
  detoured.snapshots(times(2, bad), alertOf('DETOUR'))
  expect(detoured.detected()).toMatchObject([{ publication: 'HELD' }])
  const stuck = new Town()
  stuck.snapshots(times(2, severe), alertOf('DETOUR'))
  expect(stuck.detected()).toMatchObject([{ severity: 'SEVERE', publication: 'TOLD' }])
  const detector = newDetector()
  const yesterday = { seq: 1, at: start - 13 * 3600, lines: { 'tram-3': fine }, alerts: [snow] }
  run(snapshot(yesterday), detector)
  const changes = [2, 3].flatMap((seq) => run(snapshot({ seq, at: start + seq * 30, lines: { 'tram-3': bad } }), detector))
  expect(topicAfter(changes).filter((d) => d.origin === 'DETECTED')).toMatchObject([{ publication: 'TOLD' }])
})
