import { lineScope } from '#domain/disruption'
import type { Line } from '#domain/line'
import { type Window, channelNames } from '#domain/rider'
import type { Facts } from '#matching/facts'
import { weekMinute } from '#matching/localTime'
import { hourOf } from '#matching/record'
import { seededRandom } from '#service/randoms'

/** The line, the disruption and the wishes that the matching benchmarks share. */
export const operator = 'bench'
export const lineId = 'tram-3'
export const scope = `line:${lineId}`
export const timezone = 'Europe/Berlin'
/** Tuesday, 7:30 in Berlin. */
export const now = Date.parse('2026-03-10T06:30:00Z') / 1000

const stops = Array.from({ length: 24 }, (_, i) => `s${i}`)
export const line: Line = {
  operator, id: lineId, name: '3', mode: 'TRAM', color: '', textColor: '', routes: [], neighbours: [], hours: 0, timetable: 'v1',
  stops: stops.map((id) => ({ id, name: id, lat: 0, lon: 0 })),
  directions: [
    { id: 0, towards: 's23', order: stops.map((_, i) => i) },
    { id: 1, towards: 's0', order: stops.map((_, i) => 23 - i) },
  ],
} // prettier-ignore

/** Stops 6 to 12 are blocked in one direction, for twelve minutes. */
export const facts: Facts = {
  operator,
  scopes: [{ ...lineScope(lineId, 0), fromStop: 's6', toStop: 's12' }],
  effect: 'SIGNIFICANT_DELAYS',
  severity: 'WARNING',
  delaySeconds: 720,
  planned: false,
}

/** What a rider asked for, as objects: the same wishes stand in both databases. A pause stands in `from`, as in the product. */
export interface Wish {
  readonly rider: number
  readonly windows: readonly Window[]
  readonly section: readonly [number, number] | undefined
  readonly direction: number
  readonly minSeverity: number
  readonly minDelay: number
  readonly language: number
  readonly planned: boolean
  readonly channel: number
  readonly from: number
  readonly until: number
}

export function makeWishes(subscribers: number): Wish[] {
  const random = seededRandom('match-embedded')
  const upTo = (n: number) => Math.floor(random.next() * n)
  const chance = (p: number) => random.next() < p
  return Array.from({ length: subscribers }, (_, i) => {
    const begin = 5 * 60 + upTo(60) * 15
    const first = upTo(20)
    return {
      rider: i + 1,
      windows: chance(0.6) ? [{ days: chance(0.7) ? 31 : 127, from: begin, until: begin + 120 }] : [],
      section: chance(0.4) ? [first, first + 1 + upTo(23 - first)] : undefined,
      direction: upTo(3),
      minSeverity: upTo(3),
      minDelay: upTo(5) * 5,
      language: upTo(2),
      planned: chance(0.8),
      channel: 1 + upTo(channelNames.length - 1),
      from: chance(0.05) ? hourOf(now) + 24 : 0,
      until: chance(0.1) ? hourOf(now) + (chance(0.5) ? -24 : 24) : 0,
    }
  })
}

/** The local time is read once a question. */
export const minuteNow = (): number => weekMinute(now, timezone)

/** As one would write it first. */
export function wants(wish: Wish, minute: number): boolean {
  const day = Math.floor(minute / 1440)
  const [from, to] = wish.section ?? [0, 23]
  return (
    wish.direction !== 1 &&
    Math.max(from, 6) < Math.min(to, 12) &&
    wish.minSeverity <= 1 &&
    facts.delaySeconds >= wish.minDelay * 60 &&
    wish.from <= hourOf(now) &&
    (wish.until === 0 || hourOf(now) < wish.until) &&
    (wish.windows.length === 0 ||
      wish.windows.some((w) => (w.days & (1 << day)) !== 0 && minute % 1440 >= w.from && minute % 1440 < w.until))
  )
}

export interface Told {
  readonly rider: number
  readonly channel: number
  readonly language: number
}

/** Who is told, in one order, as text to compare. */
export const asText = (told: readonly Told[]): string =>
  told.map(({ rider, channel, language }) => `${rider} ${channel} ${language}`).sort().join('\n') // prettier-ignore
