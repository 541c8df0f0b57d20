import { assert, constantFrom, integer, property } from 'fast-check'
import { feedBytes } from '#apps/simulator/feeds/snapshot'
import { cities, findCity } from '#apps/simulator/plan/cities'
import { lindenau } from '#apps/simulator/plan/lindenau'
import type { City } from '#apps/simulator/plan/plan'
import { scenarios } from '#apps/simulator/scenarios'
import type { Incident } from '#apps/simulator/story/incident'
import { incidentsWithin } from '#apps/simulator/story/story'
import type { Story } from '#apps/simulator/story/storyTime'
import { predictedTimes, worldAt } from '#apps/simulator/world/world'

const startedAt = Date.parse('2026-11-24T13:00:00Z') / 1000
const tell = (seed = '1', over: Partial<Story> = {}): Story => ({ seed, scenario: 'breakdown', speed: 1, startedAt, ...over })
const anySeed = integer({ min: 0, max: 1e6 }).map(String)
const anyStart = integer({ min: startedAt, max: startedAt + 400 * 86_400 })

/** Seconds late at the next stop, of the running trips of an incident's line. */
function lateness(incident: Incident, story: Story, at: number): number[] {
  const world = worldAt(findCity(incident.operator) as City, story, at)
  const own = world.trips.filter((t) => t.state === 'running' && incident.lines.includes(t.trip.line))
  return own.map((t) => (predictedTimes(t, at)[0] ?? 0) - t.trip.departure - (t.trip.offsets[t.next] ?? 0))
}

const share = (late: readonly number[]) => late.filter((s) => s >= 300).length / late.length

test('tram 3 is blocked after 15 seconds, worse after 45, free after 75', () => {
  const story = tell()
  const [incident] = incidentsWithin(story, startedAt, startedAt + 60) as [Incident]
  const minutes = (after: number) =>
    lateness(incident, story, startedAt + after)
      .filter((s) => s >= 300)
      .map((s) => s / 60)
  expect(incident.lines.map((l) => l.id)).toEqual(['lindenau:tram-3'])
  expect(minutes(14)).toEqual([])
  expect(Math.min(...minutes(16))).toBeGreaterThanOrEqual(10)
  expect(Math.max(...minutes(16))).toBeLessThanOrEqual(15)
  expect(Math.min(...minutes(46))).toBeGreaterThanOrEqual(20)
  expect(Math.max(...minutes(46))).toBeLessThanOrEqual(25)
  expect(Math.max(...lateness(incident, story, startedAt + 76))).toBeLessThan(180)
})

test('whatever the seed and the hour: a delay is plain to see while it lasts, on its line alone, and gone when it is over', () => {
  assert(
    property(anySeed, anyStart, (seed, start) => {
      const story = tell(seed, { startedAt: start })
      for (const incident of incidentsWithin(story, start, start + 1500).filter((i) => i.kind === 'DELAY')) {
        const during = lateness(incident, story, Math.ceil(incident.start) + 4)
        expect(during.filter((s) => s >= 300).length).toBeGreaterThanOrEqual(2)
        expect(share(during)).toBeGreaterThanOrEqual(0.3)
        expect(Math.max(...lateness(incident, story, Math.ceil(incident.end) + 2))).toBeLessThan(180)
        const others = { ...incident, lines: (findCity(incident.operator) as City).lines.filter((l) => !incident.lines.includes(l)) }
        expect(share(lateness(others, story, Math.ceil(incident.start) + 4))).toBe(0)
      }
    }),
    { numRuns: 20 },
  )
})

test('a cancellation hits at least two trips ahead; when it is over, all that are still ahead are in the feed as running again', () => {
  assert(
    property(anySeed, anyStart, (seed, start) => {
      const story = tell(seed, { startedAt: start })
      const ahead = (i: Incident, at: number) =>
        worldAt(lindenau, story, at).trips.filter((t) => i.lines.includes(t.trip.line) && t.trip.departure > at)
      for (const incident of incidentsWithin(story, start, start + 1500).filter((i) => i.kind === 'CANCELLED')) {
        const after = Math.ceil(incident.end) + 2
        const cancelled = ahead(incident, Math.floor(incident.start) + 2).filter((t) => t.state === 'cancelled')
        expect(cancelled.length).toBeGreaterThanOrEqual(2)
        const again = ahead(incident, after).filter((t) => t.state !== 'cancelled').map((t) => t.trip.id)
        const stillAhead = cancelled.map((t) => t.trip).filter((t) => t.departure > after)
        expect(again).toEqual(expect.arrayContaining(stillAhead.map((t) => t.id)))
        expect(stillAhead.length).toBeGreaterThan(0)
        expect(ahead(incident, after).filter((t) => t.state === 'cancelled')).toEqual([])
      }
    }),
    { numRuns: 20 },
  )
}) // prettier-ignore

test('a page left open is never dead: incidents begin at most four minutes apart, each on another line than the one before', () => {
  assert(
    property(anySeed, constantFrom(...scenarios), (seed, scenario) => {
      const all = incidentsWithin(tell(seed, { scenario }), startedAt, startedAt + 6 * 3600).filter((i) => i.kind !== 'OUTAGE')
      const starts = all.map((i) => i.start).sort((a, b) => a - b)
      expect(starts[0]).toBe(startedAt + 15)
      expect(starts.every((s, i) => s - (starts[i - 1] ?? s) <= 240)).toBe(true)
      const after = all.filter((i) => i.start > startedAt + 100)
      expect(after.every((i, n) => n === 0 || i.lines[0] !== after[n - 1]?.lines[0])).toBe(true)
      expect(all.every((i) => i.end - i.start >= 50)).toBe(true)
    }),
  )
})

test('in snow and strike the operator’s own alert stands before its trips change and after: it explains all that is detected', () => {
  assert(
    property(anySeed, constantFrom('snow' as const, 'strike' as const), (seed, scenario) => {
      const opening = incidentsWithin(tell(seed, { scenario }), startedAt, startedAt + 100)
      const alert = opening.find((i) => i.kind === 'ALERT') as Incident
      const explained = opening.filter((i) => i !== alert && i.lines.every((line) => alert.lines.includes(line)))
      expect(explained.length).toBe(3)
      for (const { start, end } of explained) {
        expect(start - alert.start).toBeGreaterThanOrEqual(6)
        expect(alert.end - end).toBeGreaterThanOrEqual(15)
      }
    }),
  )
})

test('a vehicle never goes back, whatever happens to it', () => {
  const story = tell('7')
  const before = new Map<string, number>()
  const wentBack: string[] = []
  for (let at = startedAt; at < startedAt + 400; at += 2) {
    for (const { trip, progress } of worldAt(lindenau, story, at).trips.filter((t) => t.state !== 'cancelled')) {
      const key = `${trip.id} ${trip.date}`
      if (progress < (before.get(key) ?? -Infinity)) wentBack.push(`${key} at ${at - startedAt}`)
      before.set(key, progress)
    }
  }
  expect(wentBack).toEqual([])
  expect(before.size).toBeGreaterThan(90)
})

test('the same seed, start and time give the same bytes; another seed does not', () => {
  const at = startedAt + 50
  for (const city of cities) {
    expect(feedBytes(city, tell(), 'trip-updates', at).equals(feedBytes(city, tell(), 'trip-updates', at))).toBe(true)
    expect(feedBytes(city, tell(), 'trip-updates', at).equals(feedBytes(city, tell('2'), 'trip-updates', at))).toBe(false)
  }
})

test('the speed shortens the story, not the timetable', () => {
  const [incident] = incidentsWithin(tell('1', { speed: 5 }), startedAt, startedAt + 10) as [Incident]
  expect([incident.start - startedAt, incident.end - startedAt]).toEqual([3, 15])
})
