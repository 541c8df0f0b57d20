import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { lineScope } from '#domain/disruption'
import type { Line } from '#domain/line'
import { type Window, channelNames } from '#domain/rider'
import { cohortsOf } from '#matching/cohorts'
import type { Facts } from '#matching/facts'
import { weekMinute } from '#matching/localTime'
import { type PackedRecord, hourOf, packRecords } from '#matching/record'
import { duringWindows } from '#matching/schedule'
import { type Tables, tablesIn } from '#matching/tables'
import { who } from '#matching/who'
import { realClock } from '#service/realClock'
import { seededRandom } from '#service/randoms'
import { embeddedStore } from '#store/embedded'
import type { Store } from '#store/ports'
import { progress } from './progress'
import { quantile } from './quantile'
import { type BenchRow, ratioOf } from './row'

const subscribers = 300_000
const rounds = 21
const warmUps = 5
const operator = 'bench'
const scope = 'line:tram-3'
const timezone = 'Europe/Berlin'
/** Tuesday, 7:30 in Berlin. */
const now = Date.parse('2026-03-10T06:30:00Z') / 1000

const stops = Array.from({ length: 24 }, (_, i) => `s${i}`)
const line: Line = {
  operator, id: 'tram-3', name: '3', mode: 'TRAM', color: '', textColor: '', routes: [], neighbours: [], hours: 0, timetable: 'v1',
  stops: stops.map((id) => ({ id, name: id, lat: 0, lon: 0 })),
  directions: [
    { id: 0, towards: 's23', order: stops.map((_, i) => i) },
    { id: 1, towards: 's0', order: stops.map((_, i) => 23 - i) },
  ],
} // prettier-ignore

/** Stops 6 to 12 are blocked in one direction, for twelve minutes. */
const facts: Facts = {
  operator,
  scopes: [{ ...lineScope('tram-3', 0), fromStop: 's6', toStop: 's12' }],
  effect: 'SIGNIFICANT_DELAYS',
  severity: 'WARNING',
  delaySeconds: 720,
  planned: false,
}

/** What a rider asked for, as objects: the same wishes stand in both databases. */
interface Wish {
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

/** A line of 300,000 subscribers with all filters: packed pages against a row a subscription with its wishes as JSON. */
export async function bench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'linienfunk-bench-'))
  const store = embeddedStore(join(folder, 'store.db'), realClock.now)
  const rows = new DatabaseSync(join(folder, 'rows.db'))
  try {
    progress(`match-embedded: subscribing ${subscribers}`)
    const wishes = makeWishes()
    const tables = tablesIn(store.state)
    await fillPages(store, tables, wishes)
    fillRows(rows, wishes)
    const around = { lines: new Map([['tram-3', line]]), tables, timezone }
    const packed = async () => {
      const found = await who(facts, around, store.pages, now)
      return cohortsOf(found).reduce((sum, cohort) => sum + cohort.recipients.length / 8, 0)
    }
    return [await compare(packed, async () => matchRows(rows))]
  } finally {
    rows.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(ours: () => Promise<number>, baseline: () => Promise<number>): Promise<BenchRow> {
  const [mine, theirs]: [number[], number[]] = [[], []]
  let found = 0
  for (let round = -warmUps; round < rounds; round++) {
    const a = await timed(ours)
    const b = await timed(baseline)
    if (a.found !== b.found) throw new Error(`the packed records find ${a.found} riders, the rows ${b.found}`)
    found = a.found
    if (round >= 0) mine.push(a.ms)
    if (round >= 0) theirs.push(b.ms)
  }
  const [p50, p99, baselineMs] = [quantile(mine, 0.5), quantile(mine, 0.99), quantile(theirs, 0.5)]
  const note = `${subscribers} subscribers, ${found} told; baseline: SELECT of rows with JSON wishes, filtered as objects; medians of ${rounds}`
  return { bench: 'match-embedded', ours: p50, baseline: baselineMs, ratio: ratioOf('less', p50, baselineMs), unit: 'ms', p50, p99, note }
}

async function timed(task: () => Promise<number>): Promise<{ found: number; ms: number }> {
  const began = performance.now()
  const found = await task()
  return { found, ms: performance.now() - began }
}

function makeWishes(): Wish[] {
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

async function fillPages(store: Store, tables: Tables, wishes: readonly Wish[]): Promise<void> {
  const atOnce = 5000
  for (let i = 0; i < wishes.length; i += atOnce) {
    const some = wishes.slice(i, i + atOnce)
    const records: PackedRecord[] = []
    for (const wish of some) records.push(await recordOf(tables, wish))
    await Promise.all(records.map((record) => store.pages.put(`${operator}/${scope}`, record.rider, packRecords([record]))))
  }
}

async function recordOf(tables: Tables, wish: Wish): Promise<PackedRecord> {
  const [fromStop, toStop] = wish.section ? wish.section.map((i) => `s${i}`) : ['', '']
  return {
    ...wish,
    schedule: (await tables.scheduleNumber(operator, duringWindows(wish.windows))) ?? 0,
    section: (await tables.sectionNumber(operator, scope, { fromStop: fromStop ?? '', toStop: toStop ?? '' })) ?? 0,
    second: 'also',
    secondChannel: 0,
  }
}

function fillRows(db: DatabaseSync, wishes: readonly Wish[]): void {
  db.exec('CREATE TABLE subscription (id INTEGER PRIMARY KEY, line TEXT, rider INTEGER, wishes TEXT)')
  db.exec('BEGIN')
  const insert = db.prepare('INSERT INTO subscription (line, rider, wishes) VALUES (?, ?, ?)')
  for (const wish of wishes) insert.run(scope, wish.rider, JSON.stringify(wish))
  db.exec('COMMIT')
  db.exec('CREATE INDEX by_line ON subscription (line)')
}

/** As one would write it first: read the rows of the line, parse, filter, group by channel. The local time is read once. */
function matchRows(db: DatabaseSync): number {
  const rows = db.prepare('SELECT rider, wishes FROM subscription WHERE line = ?').all(scope) as { rider: number; wishes: string }[]
  const minute = weekMinute(now, timezone)
  const told = new Set<number>()
  const channels = new Map<number, { rider: number; language: number }[]>()
  for (const row of rows) {
    const wish = JSON.parse(row.wishes) as Wish
    if (told.has(row.rider) || !wants(wish, minute)) continue
    told.add(row.rider)
    channels.set(wish.channel, channels.get(wish.channel) ?? [])
    channels.get(wish.channel)?.push({ rider: row.rider, language: wish.language })
  }
  return [...channels.values()].reduce((sum, list) => sum + list.length, 0)
}

function wants(wish: Wish, minute: number): boolean {
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
