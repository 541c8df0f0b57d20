import { newest } from '#domain/disruption'
import { late, newDetector, onTime, run, series, snapshot, start, times, topicAfter } from './city'

const bad = [...late(2, 700), ...onTime(3)]
const fine = [...late(2, 0), ...onTime(3)]

describe('a line is late', () => {
  test('suspected at the first snapshot, open at the second, with what riders need', () => {
    const changes = run(series([bad, bad]))
    expect(changes.map((c) => [c.disruption.state, c.disruption.publication])).toEqual([['SUSPECTED', 'HELD'], ['OPEN', 'TOLD']]) // prettier-ignore
    const [d] = topicAfter(changes)
    expect(d).toMatchObject({ id: `tram-3-delay-${start + 30}`, rule: 'DELAY', suspectedAt: start + 30, openedAt: start + 60 })
    expect(d && newest(d)).toMatchObject({
      number: 1,
      severity: 'WARNING',
      effect: 'SIGNIFICANT_DELAYS',
      delayMin: 600,
      delayMax: 900,
      estimatedEnd: 0,
    })
    expect(d?.scopes).toMatchObject([{ line: 'tram-3', direction: 0 }])
    expect(JSON.parse(d?.evidence ?? '')).toMatchObject({
      opened: { at: start + 60, running: 5, late: [{ trip: 'late0', delay: 700 }, { trip: 'late1' }] },
    })
  })

  test('a suspicion that dissolves leaves nothing in the topic', () => {
    expect(topicAfter(run(series([bad, fine])))).toEqual([])
  })

  test.each([
    ['one late trip is no late line', [...late(1, 900), ...onTime(1)]],
    ['two of seven are less than 30 %', [...late(2, 900), ...onTime(5)]],
    ['trips that are not in the timetable do not count', late(4, 900).map((t) => ({ ...t, joined: false }))],
    ['trips that have not left yet do not count', late(4, 900).map((t) => ({ ...t, departs: start + 3600 }))],
  ])('%s', (_, trips) => {
    expect(run(series(times(4, trips)))).toEqual([])
  })

  test('late in both directions is the whole line; severe by the usual delay, not by the worst trip', () => {
    const both = [...late(2, 1300), ...late(2, 1300, 1).map((t) => ({ ...t, key: `back-${t.key}` }))]
    expect(topicAfter(run(series([both, both])))[0]).toMatchObject({ severity: 'SEVERE', scopes: [{ direction: 2 }] })
    const oneWorst = [...late(3, 400), { key: 'worst', delay: 3000 }]
    expect(topicAfter(run(series([oneWorst, oneWorst])))[0]).toMatchObject({ severity: 'WARNING' })
  })
})

describe('updates', () => {
  const worse = [...late(2, 1100), ...onTime(3)]
  test('told when the delay changed by the step, not before ten minutes have passed, and not again for the same', () => {
    const d = topicAfter(run(series([bad, bad, ...times(40, worse)])))[0]
    expect(d?.revisions.map((r) => [r.number, r.at - start, r.delayMin, r.delayMax])).toEqual([[1, 60, 600, 900], [2, 660, 900, 1200]]) // prettier-ignore
  })

  test('riders of the other direction are told as soon as it is sure', () => {
    const spread = [...bad, ...late(3, 800, 1).map((t) => ({ ...t, key: `back-${t.key}` }))]
    const d = topicAfter(run(series([bad, bad, spread, spread])))[0]
    expect(d?.revisions.map((r) => r.scopes[0]?.direction)).toEqual([0, 2])
  })
})

describe('the end', () => {
  test('on time in three snapshots: closed with an all-clear', () => {
    const d = topicAfter(run(series([bad, bad, fine, fine, fine])))[0]
    expect(d).toMatchObject({ state: 'CLOSED', closedAt: start + 150 })
    expect(d && newest(d)).toMatchObject({ number: 2, closing: true, delayMax: 0 })
  })

  test('between the two thresholds, and while it flickers, it stays open', () => {
    const between = [...late(2, 240), ...onTime(3)]
    expect(topicAfter(run(series([bad, bad, ...times(20, between)])))[0]).toMatchObject({ state: 'OPEN' })
    const flicker = times(20, 0).map((_, i) => (i % 3 === 0 ? bad : fine))
    expect(topicAfter(run(series([bad, bad, ...flicker]))).map((d) => [d.state, d.revisions.length])).toEqual([['OPEN', 1]])
  })

  test('late trips that vanish from the feed are no recovery', () => {
    const d = topicAfter(run(series([bad, bad, ...times(30, onTime(3))])))
    expect(d.map((d) => d.state)).toEqual(['OPEN'])
  })

  test('with no trip left to judge by it ends after half an hour, silently: no all-clear', () => {
    // The late trips reach their terminus, then nothing runs.
    const ending = late(2, 700).map((t) => ({ ...t, departs: start - 5 * 1800 - 600 }))
    const d = topicAfter(run(series([ending, ending, ...times(90, [])])))[0]
    expect(d).toMatchObject({ state: 'CLOSED' })
    expect(d?.revisions.map((r) => r.closing)).toEqual([false])
  })

  test('while the feed is held, stale or down nothing closes and nothing opens', () => {
    const detector = newDetector()
    run(series([bad, bad]), detector)
    const states = ['HELD', 'STALE', 'DOWN'] as const
    const held = states.flatMap((state, i) => snapshot({ seq: 3 + i, at: start + 90 + i * 4000, lines: { 'tram-3': fine }, state }))
    expect(run(held, detector)).toEqual([])
    expect(run(series([bad], 6), detector)).toEqual([])
  })

  test('after a gap in the feed every count begins anew', () => {
    const gap = (seq: number, at: number, trips: typeof bad) => snapshot({ seq, at: start + at, lines: { 'tram-3': trips } })
    expect(topicAfter(run([...gap(1, 30, bad), ...gap(2, 900, bad)])).map((d) => [d.state, d.suspectedAt])).toEqual([
      ['SUSPECTED', start + 900],
    ])
    const open = run([...gap(1, 30, bad), ...gap(2, 60, bad), ...gap(3, 90, fine), ...gap(4, 120, fine), ...gap(5, 900, fine)])
    expect(topicAfter(open)[0]).toMatchObject({ state: 'OPEN' })
  })
})

test('a snapshot that is fetched twice counts once', () => {
  const again = (seq: number, at: number) => snapshot({ seq, at: start + at, lines: { 'tram-3': bad } })
  expect(run([...again(1, 30), ...again(2, 30), ...again(3, 30)]).map((c) => c.disruption.state)).toEqual(['SUSPECTED'])
})

test('a line whose delta does not fit is unknown until its next key frame', () => {
  const detector = newDetector()
  run(series([bad]), detector)
  const [frame] = series([bad], 2)
  if (frame?.kind !== 'frame') throw new Error('no frame')
  const broken = { kind: 'frame', frame: { ...frame.frame, key: false, present: 9, changed: [] } } as const
  expect(run([broken, ...series([bad], 2).slice(1)], detector)).toEqual([])
  expect(topicAfter(run(series([bad, bad], 3), detector))[0]).toMatchObject({ state: 'OPEN' })
})

test('a section is named where the delay is concentrated', () => {
  // The two late trips are past stop 3; trips behind them are on time at the stops before.
  const far = late(2, 700).map((t) => ({ ...t, departs: start - 4 * 1800 - 300 }))
  const upcoming = times(2, 0).map((_, i) => ({ key: `next${i}`, delay: 0, departs: start + 600 }))
  const d = topicAfter(run(series(times(2, [...far, ...upcoming]))))[0]
  expect(d?.scopes).toMatchObject([{ fromStop: 's4', toStop: 's5', direction: 0 }])
})
