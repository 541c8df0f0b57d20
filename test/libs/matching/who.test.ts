import * as fc from 'fast-check'
import { type Scope, lineScope } from '#domain/disruption'
import { readRecipient } from '#domain/recipient'
import { channelNames } from '#domain/rider'
import { audience } from '#matching/audience'
import { cohortsOf } from '#matching/cohorts'
import type { Surroundings } from '#matching/criteria'
import type { Facts } from '#matching/facts'
import { type PackedRecord, hourOf, packRecords } from '#matching/record'
import { RiderSet } from '#matching/riderSet'
import type { Schedule } from '#matching/schedule'
import { encodeSchedule } from '#matching/scheduleBytes'
import { encodeSection, judgeSection } from '#matching/section'
import { tablesIn } from '#matching/tables'
import { type PageReader, who } from '#matching/who'
import { instants, schedules } from './arbitraries'
import { lineOf } from './cityLine'
import { isQuiet, scan } from './naive'

const timezone = 'Europe/Berlin'
const stops = ['A', 'B', 'C', 'D', 'E']
const lines = new Map(['tram-1', 'tram-2', 'tram-3'].map((id) => [id, lineOf(id, stops)]))
const sections = ['AB', 'BD', 'AE', 'DE'].map((s) => ({ fromStop: `${s[0]}1`, toStop: `${s[1]}1` }))

const record = (scheduleCount: number): fc.Arbitrary<PackedRecord> =>
  fc.record({
    rider: fc.integer({ min: 1, max: 40 }),
    schedule: fc.integer({ min: 0, max: scheduleCount }),
    section: fc.integer({ min: 0, max: sections.length }),
    direction: fc.integer({ min: 0, max: 2 }),
    minSeverity: fc.integer({ min: 0, max: 2 }),
    minDelay: fc.constantFrom(0, 0, 5, 10, 30),
    language: fc.integer({ min: 0, max: 1 }),
    planned: fc.boolean(),
    second: fc.constantFrom('also', 'fallback'),
    channel: fc.integer({ min: 1, max: 3 }),
    secondChannel: fc.integer({ min: 0, max: 3 }),
    from: fc.constantFrom(0, 0, 0, 2000, 6000),
    until: fc.constantFrom(0, 0, 0, 3000, 7000),
  })

const scope: fc.Arbitrary<Scope> = fc
  .tuple(fc.constantFrom(...lines.keys()), fc.integer({ min: 0, max: 2 }), fc.option(fc.constantFrom('AB', 'BC', 'CE'), { nil: undefined }))
  .map(([line, direction, s]) => ({ ...lineScope(line, direction), ...(s ? { fromStop: `${s[0]}1`, toStop: `${s[1]}1` } : {}) }))

const facts: fc.Arbitrary<Facts> = fc.record({
  operator: fc.constant('lindenau'),
  scopes: fc.array(scope, { maxLength: 3 }),
  effect: fc.constant('SIGNIFICANT_DELAYS'),
  severity: fc.constantFrom('INFO', 'WARNING', 'SEVERE'),
  delaySeconds: fc.constantFrom(0, 299, 300, 720, 3600),
  planned: fc.boolean(),
})

const city = fc.array(schedules, { minLength: 1, maxLength: 4 }).chain((list) =>
  fc.record({
    schedules: fc.constant(list),
    records: fc.array(fc.tuple(fc.constantFrom(...lines.keys()), record(list.length)), { maxLength: 60 }),
  }),
)

function surroundings(list: readonly Schedule[]): Surroundings {
  const table = async (name: string) => (name.startsWith('schedules/') ? list.map(encodeSchedule) : sections.map(encodeSection))
  return { lines, timezone, tables: tablesIn({ table, intern: async () => 0 }) }
}

/** Pages of seven records: many, and most of them not aligned for the filter. */
function pagesOf(records: readonly (readonly [string, PackedRecord])[]): PageReader {
  const of = (name: string) => records.filter(([line]) => name === `lindenau/line:${line}`).map(([, r]) => r)
  return {
    count: async (name) => Math.ceil(of(name).length / 7),
    read: async (name, page) => {
      const bytes = packRecords(of(name).slice(page * 7, page * 7 + 7))
      const shifted = Buffer.concat([Buffer.alloc(page % 4), bytes])
      return shifted.subarray(page % 4)
    },
  }
}

/** Absent means any; all must hold. */
const predicates: readonly ((r: PackedRecord, f: Facts, line: string, now: number) => boolean)[] = [
  (r, f, line) => {
    const named = f.scopes.length === 0 ? [lineScope(line)] : f.scopes.filter((s) => s.line === line)
    const mask = judgeSection(r.section === 0 ? undefined : sections[r.section - 1], named, lines.get(line))
    return r.direction === 2 ? mask !== 0 : (mask & (r.direction === 0 ? 1 : 2)) !== 0
  },
  (r, f) => ['INFO', 'WARNING', 'SEVERE'].indexOf(f.severity) >= r.minSeverity,
  (r, f) => f.delaySeconds === 0 || f.delaySeconds >= r.minDelay * 60,
  (r, f) => !f.planned || r.planned,
  (r, _f, _line, now) => r.from <= hourOf(now) && (r.until === 0 || hourOf(now) < r.until),
]

function minutesUntilTold(schedule: Schedule | undefined, f: Facts, now: number): number | undefined {
  if (!schedule || (f.severity === 'SEVERE' && schedule.severePasses)) return 0
  return isQuiet(schedule, now, timezone) ? undefined : scan(schedule, now, timezone, schedule.leadMinutes)
}

/** Rider → urgency; undefined: only the window holds him back. */
function naiveWho(records: readonly (readonly [string, PackedRecord])[], list: readonly Schedule[], f: Facts, now: number) {
  const riders = new Map<number, number | undefined>()
  for (const [line, r] of records) {
    if (!predicates.every((holds) => holds(r, f, line, now))) continue
    const minutes = minutesUntilTold(list[r.schedule - 1], f, now)
    const urgency = minutes === undefined ? undefined : Math.min(254, Math.ceil(minutes / 2))
    const before = riders.get(r.rider)
    riders.set(r.rider, before === undefined ? urgency : urgency === undefined ? before : Math.min(before, urgency))
  }
  return riders
}

test('the packed filter finds whom a naive one over plain objects finds, each once, with the same urgency', async () => {
  await fc.assert(
    fc.asyncProperty(city, facts, instants, async ({ schedules: list, records }, f, now) => {
      const expected = naiveWho(records, list, f, now)
      const cohorts = cohortsOf(await who(f, surroundings(list), pagesOf(records), now))
      const found = cohorts.flatMap(({ recipients }) =>
        Array.from({ length: recipients.length / 8 }, (_, i) => readRecipient(recipients, i)),
      )
      const told = [...expected].flatMap(([rider, urgency]) => (urgency === undefined ? [] : [[rider, urgency]]))
      expect(found.map((r) => [r.rider, r.urgency]).sort(byRider)).toEqual(told.sort(byRider))
      const counts = await audience(f, surroundings(list), pagesOf(records), now)
      expect([counts.total, counts.held]).toEqual([told.length, expected.size - told.length])
    }),
    { numRuns: 300 },
  )
})

test('who is told already is left out, and language and channel are the record’s', async () => {
  const base = {
    schedule: 0,
    section: 0,
    direction: 2,
    minSeverity: 0,
    minDelay: 0,
    planned: true,
    second: 'fallback',
    from: 0,
    until: 0,
  } as const
  const records = [
    ['tram-1', { ...base, rider: 1, language: 0, channel: 1, secondChannel: 0 }],
    ['tram-1', { ...base, rider: 2, language: 1, channel: 3, secondChannel: 1 }],
    ['tram-2', { ...base, rider: 2, language: 1, channel: 1, secondChannel: 0 }],
  ] as const
  const f: Facts = { operator: 'lindenau', scopes: [], effect: 'NO_SERVICE', severity: 'WARNING', delaySeconds: 0, planned: false }
  const told = new RiderSet()
  told.add(1)
  const cohorts = cohortsOf(await who(f, surroundings([]), pagesOf(records), 1_800_000_000, told))
  expect(cohorts.map((c) => [c.channel, readRecipient(c.recipients, 0)])).toEqual([
    ['EMAIL', { rider: 2, language: 'en', urgency: 0, secondChannel: channelNames.indexOf('TELEGRAM'), flags: 1 }],
  ])
  expect([told.has(1), told.has(2), told.size]).toEqual([true, false, 1])
})

test('a record that points past the end of a table makes it read again', async () => {
  const list: Schedule[] = []
  const raw = {
    schedule: 1,
    section: 0,
    direction: 2,
    minSeverity: 0,
    minDelay: 0,
    planned: true,
    second: 'also',
    from: 0,
    until: 0,
  } as const
  const pages = pagesOf([['tram-1', { ...raw, rider: 7, language: 0, channel: 1, secondChannel: 0 }]])
  const f: Facts = { operator: 'lindenau', scopes: [], effect: 'NO_SERVICE', severity: 'WARNING', delaySeconds: 0, planned: false }
  const monday = Date.UTC(2026, 0, 5, 12) / 1000
  const around = surroundings(list)
  expect((await who(f, around, pages, monday)).total).toBe(1)
  list.push({ windows: [{ days: 1 << 1, from: 0, until: 60 }], leadMinutes: 0, quiet: undefined, severePasses: false })
  expect((await who(f, around, pages, monday)).total).toBe(0)
})

const byRider = ([a = 0]: number[], [b = 0]: number[]): number => a - b
