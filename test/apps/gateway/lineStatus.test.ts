import { observations } from '#bus/topics'
import type { FeedView } from '#domain/controlRoom'
import type { Tick } from '#domain/frame'
import { feedViews, isBlind } from '../../../apps/gateway/copies/feedHealth'
import { frameSource } from '../../../apps/gateway/copies/frameSource'
import { tickOnly } from '../../../apps/gateway/copies/tickOnly'
import { lineStatus } from '../../../apps/gateway/public/lineStatus'
import { contrast, readable } from '../../../apps/gateway/pages/badge'
import { disruptionOf } from './harness'

const feeds = [{ id: 'tu', everyMs: 10_000, staleAfterMs: 60_000 }]
const heard = (state: Tick['state'], heardAtMs: number) =>
  new Map([['tu', { tick: { feed: 'tu', feedTime: 1, state, reason: '' }, heardAtMs }]])

test.each([
  ['nothing heard yet', new Map(), 'SILENT', true],
  ['believed', heard('OK', 95_000), 'OK', false],
  ['not believed', heard('HELD', 95_000), 'HELD', true],
  ['ingest is silent itself', heard('OK', 30_000), 'SILENT', true],
])('a feed: %s', (_, ticks, state, blind) => {
  const views = feedViews(feeds, ticks, 100_000)
  expect(views[0]?.state).toBe(state)
  expect(isBlind(views, new Set(['tu']))).toBe(blind)
})

const view = (feed: string, state: FeedView['state']) => ({ feed, state, reason: '', feedTime: 1, ageSeconds: 1 })

test('only a feed that carries trips can hide them; as long as none is known to, each may', () => {
  const alertsDown = [view('tu', 'OK'), view('alerts', 'DOWN')]
  expect(isBlind(alertsDown, new Set(['tu']))).toBe(false)
  expect(isBlind(alertsDown, new Set())).toBe(true)
  expect(isBlind([view('tu', 'STALE'), view('alerts', 'OK')], new Set(['tu']))).toBe(true)
})

test('a line is never called good while its feeds are not believed; what is known stays', () => {
  expect(lineStatus([], false)).toBe('GOOD')
  expect(lineStatus([], true)).toBe('UNKNOWN')
  expect(lineStatus([disruptionOf('lindenau', 'a', { severity: 'INFO' })], true)).toBe('UNKNOWN')
  expect(lineStatus([disruptionOf('lindenau', 'a')], true)).toBe('MINOR')
  expect(lineStatus([disruptionOf('lindenau', 'a'), disruptionOf('lindenau', 'b', { severity: 'SEVERE' })], false)).toBe('MAJOR')
})

const record = (value: Uint8Array) => ({ value, key: undefined, partition: 0, position: 1n, appendedAt: 0 })

test('only ticks are decoded; of a frame, only where it comes from', () => {
  const tick: Tick = { operator: 'o', feed: 'tu', epoch: 1, seq: 2, feedTime: 3, state: 'HELD', reason: 'FEED_SHRANK' }
  const frame = {
    operator: 'o',
    feed: 'tu',
    epoch: 1,
    seq: 2,
    feedTime: 3,
    line: 'l',
    timetable: 't',
    key: true,
    present: 0,
    changed: [],
    gone: [],
  }
  expect(tickOnly(record(observations.codec.encode({ kind: 'tick', tick })))).toEqual(tick)
  expect(tickOnly(record(observations.codec.encode({ kind: 'frame', frame })))).toBeUndefined()
  const long = { ...frame, operator: 'lindenau', line: 'x'.repeat(40_000) }
  expect(frameSource(record(observations.codec.encode({ kind: 'frame', frame })))).toEqual({ operator: 'o', feed: 'tu' })
  expect(frameSource(record(observations.codec.encode({ kind: 'frame', frame: long })))).toEqual({ operator: 'lindenau', feed: 'tu' })
  expect(frameSource(record(observations.codec.encode({ kind: 'tick', tick })))).toBeUndefined()
  for (const bytes of [[], [10], [10, 5, 10], [10, 200, 200], [10, 4, 10, 9, 65]])
    expect(frameSource(record(Uint8Array.from(bytes)))).toBeUndefined()
})

test.each([
  ['f2c94c', 'ffffff'],
  ['c8102e', 'c8102f'],
  ['808080', ''],
])('the name on a badge of colour %s can be read', (back, text) => {
  expect(contrast(back, readable(back, text))).toBeGreaterThanOrEqual(4.5)
})
