import { lineScope, newest } from '#domain/disruption'
import type { OperatorAlert } from '#domain/observation'
import { newDetector, run, snapshot, start, topicAfter, withPolicy } from './city'

const alert = (over: Partial<OperatorAlert> = {}): OperatorAlert => ({
  operator: 'lindenau',
  feed: 'trips',
  epoch: 1,
  seq: 1,
  feedTime: start,
  id: 'works',
  gone: false,
  scopes: [lineScope('tram-3')],
  effect: 'DETOUR',
  cause: 'CONSTRUCTION',
  severity: 'WARNING',
  periods: [],
  headers: [{ language: 'de', text: 'Umleitung' }, { language: 'en', text: 'Detour' }], // prettier-ignore
  descriptions: [{ language: 'en', text: 'Via Main Street.' }],
  ...over,
})

const at = (seq: number, alerts: OperatorAlert[] = [], epoch = 1) => snapshot({ seq, at: start + seq * 30, lines: {}, alerts, epoch })
const gone = (id = 'works') => alert({ id, gone: true })

test('an alert is passed on in the words of the operator, and ends with an all-clear when it is gone for three snapshots', () => {
  const detector = newDetector()
  const [d] = topicAfter(run(at(1, [alert()]), detector))
  expect(d).toMatchObject({
    id: `alert-works-${start + 30}`,
    rule: 'ALERT',
    origin: 'FEED',
    state: 'OPEN',
    publication: 'TOLD',
    cause: 'CONSTRUCTION',
  })
  expect(d?.texts).toEqual([{ language: 'de', text: 'Umleitung' }, { language: 'en', text: 'Detour\nVia Main Street.' }]) // prettier-ignore
  expect(run([...at(2, [gone()]), ...at(3)], detector)).toEqual([])
  const [end] = topicAfter(run(at(4), detector))
  expect(end).toMatchObject({ state: 'CLOSED', closedAt: start + 120 })
  expect(end && newest(end)?.closing).toBe(true)
})

test('one that flickers, or comes again under another id, is told once', () => {
  const flicker = run([1, 3, 5, 7].flatMap((seq) => [...at(seq, [alert()]), ...at(seq + 1, [gone()])]))
  expect(topicAfter(flicker)).toMatchObject([{ state: 'OPEN', revisions: [{ number: 1 }] }])
  for (const order of [
    [alert({ id: 'new' }), gone()],
    [gone(), alert({ id: 'new' })],
  ]) {
    const detector = newDetector()
    const first = run(at(1, [alert()]), detector)
    const later = run([...at(2, order), ...at(3), ...at(4), ...at(5)], detector)
    expect(topicAfter([...first, ...later])).toMatchObject([{ state: 'OPEN', revisions: [{ number: 1 }] }])
    const ended = topicAfter(run([...at(6, [gone('new')]), ...at(7), ...at(8)], detector))
    expect(ended).toMatchObject([{ state: 'CLOSED' }])
  }
})

test('other words change it silently; another severity or end is news', () => {
  const detector = newDetector()
  run(at(1, [alert()]), detector)
  const [words] = topicAfter(run(at(2, [alert({ headers: [{ language: 'en', text: 'Detour until noon' }], descriptions: [] })]), detector))
  expect(words).toMatchObject({ texts: [{ text: 'Detour until noon' }], revisions: [{ number: 1 }] })
  const [end] = topicAfter(run(at(3, [alert({ severity: 'SEVERE', periods: [{ start: 0, end: start + 9000 }] })]), detector))
  expect(end?.revisions).toMatchObject([{ number: 1 }, { number: 2, severity: 'SEVERE', declaredEnd: start + 9000 }])
})

test('planned: scheduled until it begins, and over at its declared end without a word', () => {
  const detector = newDetector()
  const planned = alert({ periods: [{ start: start + 100, end: start + 200 }] })
  const changes = [1, 2, 3, 4, 5, 6, 7].flatMap((seq) => run(at(seq, seq === 1 ? [planned] : []), detector))
  expect(changes.map((c) => [c.disruption.publication, c.disruption.state])).toEqual([['SCHEDULED', 'OPEN'], ['TOLD', 'OPEN'], ['TOLD', 'CLOSED']]) // prettier-ignore
  expect(topicAfter(changes)[0]).toMatchObject({ closedAt: start + 200, revisions: [{ closing: false }] })
  expect(run(at(1, [alert({ periods: [{ start: 1, end: start - 5 }] })]), newDetector())).toEqual([])
})

test('a new poller that does not tell it any more means that it is gone; a held snapshot means nothing', () => {
  const detector = newDetector()
  run(at(1, [alert()]), detector)
  expect(
    run(
      [2, 3, 4, 5].flatMap((seq) => snapshot({ seq, at: start + seq * 30, lines: {}, state: 'HELD' })),
      detector,
    ),
  ).toEqual([])
  expect(topicAfter(run([...at(1, [], 2), ...at(2, [], 2), ...at(3, [], 2)], detector))).toMatchObject([{ state: 'CLOSED' }])
})

test('shadow and ask hold it', () => {
  for (const policy of ['shadow', 'ask'] as const) {
    expect(topicAfter(run(at(1, [alert()]), newDetector(withPolicy({ default: 'auto', ALERT: policy }))))).toMatchObject([
      { publication: 'HELD', state: 'OPEN' },
    ])
  }
})

test('it is told in its communication period, where the operator names one apart from the impact', () => {
  const periods = [{ start: start + 86_400, end: start + 90_000 }]
  const told = (communication?: { start: number; end: number }[]) =>
    topicAfter(run(at(1, [alert({ periods, communication })]), newDetector()))[0]
  expect(told([{ start, end: start + 90_000 }])).toMatchObject({ publication: 'TOLD', communication: { start }, impact: periods })
  expect(told()).toMatchObject({ publication: 'SCHEDULED', communication: { start: start + 86_400 } })
})
