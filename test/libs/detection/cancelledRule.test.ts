import { newest } from '#domain/disruption'
import { type TripSpec, newDetector, run, series, start, times, topicAfter } from './city'

const cancelled = (key: string, inSeconds: number): TripSpec => ({ key, departs: start + inSeconds, relation: 'CANCELED' })
const again = (key: string, inSeconds: number): TripSpec => ({ key, departs: start + inSeconds })

test('cancelled departures ahead: one disruption with their list, at the first snapshot', () => {
  const d = topicAfter(run(series([[cancelled('late', 7200), cancelled('soon', 3600), cancelled('past', -60)]])))
  expect(d).toMatchObject([{ id: `tram-3-cancelled-${start + 30}`, state: 'OPEN', publication: 'TOLD', effect: 'REDUCED_SERVICE' }])
  expect(d[0] && newest(d[0])?.cancelled).toEqual([
    { departure: start + 3600, from: 'Stop 0', towards: 'Nord', direction: 0 },
    { departure: start + 7200, from: 'Stop 0', towards: 'Nord', direction: 0 },
  ])
})

test('another cancellation: told at once when its departure is near, else with the next regular update; a flickering one is told once', () => {
  const one = [cancelled('a', 7200)]
  const near = topicAfter(run(series([...times(5, one), ...times(10, [...one, cancelled('b', 1500)])])))[0]
  expect(near?.revisions.map((r) => [r.at - start, r.cancelled.length])).toEqual([[30, 1], [180, 2]]) // prettier-ignore
  const far = topicAfter(run(series([...times(5, one), ...times(30, [...one, cancelled('b', 9000)])])))[0]
  expect(far?.revisions.map((r) => [r.at - start, r.cancelled.length])).toEqual([[30, 1], [630, 2]]) // prettier-ignore
  const flicker = times(15, 0).map((_, i) => [...one, i % 2 ? cancelled('b', 1500) : again('b', 1500)])
  expect(topicAfter(run(series([...times(5, one), ...flicker])))[0]?.revisions.length).toBe(2)
})

test('a cancelled trip that vanishes from the feed stays cancelled; when all departures are past it ends silently', () => {
  const d = topicAfter(run(series([[cancelled('a', 600)], ...times(10, [])])))
  expect(d).toMatchObject([{ state: 'OPEN' }])
  const past = topicAfter(run(series([[cancelled('a', 600)], ...times(25, [])])))[0]
  expect(past).toMatchObject({ state: 'CLOSED', closedAt: start + 660 })
  expect(past?.revisions.map((r) => r.closing)).toEqual([false])
})

test('when the trips run again it ends with an all-clear', () => {
  const d = topicAfter(run(series([[cancelled('a', 3600)], ...times(3, [again('a', 3600)])])))[0]
  expect(d).toMatchObject({ state: 'CLOSED' })
  expect(d && newest(d)?.closing).toBe(true)
})

test('dismissed departures are not told again, later ones are', () => {
  const detector = newDetector()
  const [d] = topicAfter(run(series([[cancelled('a', 7200)]]), detector))
  const notice = {
    operator: 'lindenau',
    id: 'act-1',
    disruption: d?.id ?? '',
    act: 'DISMISS',
    at: start + 40,
    author: 'Ada',
    scopes: [],
    effect: 'NO_EFFECT',
  } as const
  detector.apply({ kind: 'notice', notice: { ...notice, cause: 'OTHER_CAUSE', severity: 'INFO', until: 0, publishAt: 0, texts: [] } })
  expect(run(series(times(10, [cancelled('a', 7200)]), 2), detector)).toEqual([])
  const next = topicAfter(run(series([[cancelled('a', 7200), cancelled('b', 5400)]], 12), detector))
  expect(next.map((n) => newest(n)?.cancelled.map((c) => c.departure - start))).toEqual([[5400]])
})
