import { type Scope, lineScope } from '#domain/disruption'
import type { Line } from '#domain/line'
import { decodeSection, encodeSection, judgeSection } from '#matching/section'
import { lineOf } from './cityLine'

const there = 1
const back = 2
const line: Line = lineOf('tram-3', ['A', 'B', 'C', 'D', 'E', 'F'])
const section = (from: string, to: string) => ({ fromStop: `${from}1`, toStop: `${to}1` })
const blocked = (from: string, to: string, direction = 2): Scope => ({
  ...lineScope('tram-3', direction),
  fromStop: `${from}1`,
  toStop: `${to}1`,
})
const atStop = (stop: string): Scope => ({ ...lineScope('tram-3'), stop: `${stop}1` })

test.each<[string, string | undefined, Scope, number]>([
  ['whole line against whole line', undefined, lineScope('tram-3'), there | back],
  ['whole line against one direction', undefined, lineScope('tram-3', 1), back],
  ['whole line against a section', undefined, blocked('B', 'C'), there | back],
  ['sections that share a ride', 'AC', blocked('B', 'D'), there | back],
  ['one inside the other', 'AF', blocked('C', 'D', 0), there],
  ['sections that only meet at a stop', 'AC', blocked('C', 'E'), 0],
  ['sections apart', 'AB', blocked('D', 'E'), 0],
  ['a stop inside', 'AC', atStop('B'), there | back],
  ['a stop at the end', 'AC', atStop('C'), there | back],
  ['a stop outside', 'AC', atStop('D'), 0],
  ['given the other way round', 'CA', blocked('D', 'B'), there | back],
  ['a section that the line does not know any more counts as the whole', 'XY', blocked('B', 'C'), there | back],
  ['a blocked section that nobody knows counts as the whole line', 'AB', blocked('X', 'Y'), there | back],
])('%s', (_, mine, scope, expected) => {
  expect(judgeSection(mine === undefined ? undefined : section(mine[0] as string, mine[1] as string), [scope], line)).toBe(expected)
})

test('scopes are ORed by direction', () => {
  expect(judgeSection(section('A', 'B'), [blocked('A', 'B', 0), blocked('D', 'E', 1)], line)).toBe(there)
  expect(judgeSection(section('A', 'B'), [blocked('A', 'B', 0), blocked('A', 'B', 1)], line)).toBe(there | back)
})

test('a line that is not known is taken as touched', () => {
  expect(judgeSection(section('A', 'B'), [blocked('D', 'E', 1)], undefined)).toBe(back)
})

test('sections are read back from their bytes', () => {
  expect(decodeSection(encodeSection({ fromStop: 'de:1:"ä"', toStop: '2' }))).toEqual({ fromStop: 'de:1:"ä"', toStop: '2' })
})
