import { lineScope, newest } from '#domain/disruption'
import type { Notice } from '#domain/observation'
import { timeTick } from '#detection/timeTick'
import { late, newDetector, onTime, run, series, start, times, topicAfter, withPolicy } from './city'

let ids = 0
const act = (of: Notice['act'], over: Partial<Notice> = {}) => {
  const notice: Notice = {
    operator: 'lindenau', id: `act-${ids++}`, disruption: 'n1', act: of, at: start, author: 'Ada', scopes: [], effect: 'DETOUR',
    cause: 'CONSTRUCTION', severity: 'WARNING', until: 0, publishAt: 0, texts: [], ...over,
  } // prettier-ignore
  return { kind: 'notice', notice } as const
}
const issue = (over: Partial<Notice> = {}) =>
  act('ISSUE', { scopes: [lineScope('tram-3')], texts: [{ language: 'de', text: 'Umleitung' }], ...over })

const bad = [...late(2, 700), ...onTime(3)]
const fine = [...late(2, 0), ...onTime(3)]
/** A detected disruption under a policy. */
function detected(policy: 'ask' | 'auto') {
  const detector = newDetector(withPolicy({ default: policy }))
  const [d] = topicAfter(run(series([bad, bad]), detector))
  return { detector, id: d?.id ?? '' }
}

test('a notice is issued, updated and cleared; every act counts once', () => {
  const detector = newDetector()
  const acts = [issue(), act('UPDATE', { severity: 'SEVERE', at: start + 60 }), act('CLEAR', { at: start + 120 })]
  const d = topicAfter(run(acts, detector))[0]
  expect(d).toMatchObject({
    id: 'n1',
    rule: 'NOTICE',
    origin: 'DECLARED',
    state: 'CLOSED',
    publication: 'TOLD',
    scopes: [{ line: 'tram-3' }],
  })
  expect(d?.revisions).toMatchObject([{ severity: 'WARNING' }, { severity: 'SEVERE' }, { closing: true, at: start + 120 }])
  expect(acts.map((a) => detector.apply(a))).toEqual(times(3, { changes: [], ignored: 'REPEATED_ACT' }))
  expect(detector.apply(act('UPDATE'))).toMatchObject({ changes: [], ignored: 'NOT_OPEN' })
  expect(detector.apply(act('CLEAR', { disruption: 'other' }))).toMatchObject({ changes: [], ignored: 'UNKNOWN_DISRUPTION' })
})

test('scheduled: told from then on; its declared end closes it at that second, without a word, also where there is no feed', () => {
  const detector = newDetector()
  run([issue({ publishAt: start + 100, until: start + 500 })], detector)
  const changes = [90, 101, 499, 510].flatMap((s) => run([timeTick('lindenau', start + s)], detector))
  expect(changes.map((c) => [c.disruption.publication, c.disruption.state])).toEqual([['TOLD', 'OPEN'], ['TOLD', 'CLOSED']]) // prettier-ignore
  expect(changes.at(-1)?.disruption).toMatchObject({ closedAt: start + 500, revisions: [{ closing: false }] })
})

test('in shadow nobody is told what staff issue; asked, staff have answered by writing it', () => {
  const published = (policy: 'shadow' | 'ask') => topicAfter(run([issue()], newDetector(withPolicy({ default: policy }))))[0]?.publication
  expect([published('shadow'), published('ask')]).toEqual(['HELD', 'TOLD'])
})

test('a detected disruption is told when staff confirm it, be it before or after it opens', () => {
  const { detector, id } = detected('ask')
  expect(topicAfter(run([act('CONFIRM', { disruption: id, at: start + 70 })], detector))).toMatchObject([
    { publication: 'TOLD', revisions: [{ number: 1 }] },
  ])
  const early = newDetector(withPolicy({ default: 'ask' }))
  const [suspected] = topicAfter(run(series([bad]), early))
  expect(run([act('CONFIRM', { disruption: suspected?.id })], early)).toEqual([])
  expect(topicAfter(run(series([bad], 2), early))).toMatchObject([{ state: 'OPEN', publication: 'TOLD' }])
})

test('dismissed: nobody hears of it, and it does not open again before the line was clear', () => {
  const { detector, id } = detected('ask')
  expect(topicAfter(run([act('DISMISS', { disruption: id, at: start + 70 })], detector))).toMatchObject([
    { state: 'CLOSED', publication: 'WITHDRAWN', revisions: [{ closing: false }] },
  ])
  expect(run(series(times(30, bad), 3), detector)).toEqual([])
  expect(topicAfter(run(series([fine, fine, fine, bad, bad], 33), detector))).toMatchObject([{ state: 'OPEN' }])
})

test('dismissed after it was told: those who were told hear the end', () => {
  const { detector, id } = detected('auto')
  const [d] = topicAfter(run([act('DISMISS', { disruption: id, at: start + 70 })], detector))
  expect(d && [d.publication, newest(d)?.closing]).toEqual(['WITHDRAWN', true])
})

test('what staff changed the rule leaves alone, but it sees the end', () => {
  const { detector, id } = detected('auto')
  run([act('UPDATE', { disruption: id, at: start + 70, texts: [{ language: 'de', text: 'Unfall am Markt' }] })], detector)
  const worse = [...late(2, 1700), ...onTime(3)]
  expect(run(series(times(40, worse), 3), detector)).toEqual([])
  const [d] = topicAfter(run(series([fine, fine, fine], 43), detector))
  expect(d?.revisions.map((r) => [r.number, r.closing, r.scopes[0]?.line])).toEqual([[1, false, 'tram-3'], [2, false, 'tram-3'], [3, true, 'tram-3']]) // prettier-ignore
})
