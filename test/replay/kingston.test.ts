import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Ran, records, replayBuilt } from './collect'

// Four replays of 121 snapshots: some seconds on an idle machine, more beside other suites.
jest.setTimeout(120_000)

const folder = join(process.env.RECORDED_FEEDS ?? '../shared/data', 'kingston-transit')
const timetable = join(folder, 'static/gtfs.zip')
const updates = join(folder, 'trip_updates')
const there = existsSync(timetable)
if (!there) console.warn(`skipped: no recorded feed at ${folder}; set RECORDED_FEEDS`)

/** What late.mjs says: by line, the indexes of the snapshots that were the third late one in a row, and how often any running trip was late. */
interface Expected {
  readonly snapshots: readonly number[]
  readonly lines: readonly { readonly line: string; readonly everLate: number; readonly third: readonly number[] }[]
}

interface Found {
  readonly line: string
  readonly rule: string
  readonly openedAt: string
  readonly closedAt: string | null
}

const seconds = (iso: string): number => Date.parse(iso) / 1000

;(there ? describe : describe.skip)('Kingston, 2026-01-16', () => {
  let ran: Ran
  let expected: Expected
  let delays: Found[]

  beforeAll(() => {
    ran = replayBuilt('--timetable', timetable, '--json', updates)
    expected = JSON.parse(execFileSync(process.execPath, ['test/replay/late.mjs', timetable, updates], { encoding: 'utf8' })) as Expected
    delays = (records(ran) as unknown as Found[]).filter((r) => r.rule === 'DELAY')
  })

  test('every late line is open within two snapshots of the third', () => {
    const late = expected.lines.flatMap((l) => l.third.map((at) => ({ line: l.line, at })))
    expect(late.length).toBeGreaterThan(10)
    const missed = late.filter(({ line, at }) => !isOpen(line, expected.snapshots[at] ?? 0, expected.snapshots[at + 2] ?? Infinity))
    expect(missed).toEqual([])
  })

  test('no line is opened on which no running trip is ever late', () => {
    const neverLate = expected.lines.filter((l) => l.everLate === 0).map((l) => l.line)
    expect(neverLate.length).toBeGreaterThan(3)
    expect(delays.filter((d) => neverLate.includes(d.line) || !expected.lines.some((l) => l.line === d.line))).toEqual([])
  })

  test('the output is byte for byte the same at every run, whatever the order of the files', () => {
    const positions = join(folder, 'vehicle_positions_derived')
    const [a, b] = [replayBuilt('--timetable', timetable, updates, positions), replayBuilt('--timetable', timetable, positions, updates)]
    expect([a.code, a.err.includes('replay'), b.code]).toEqual([0, true, 0])
    expect(a.out === b.out).toBe(true)
    expect(replayBuilt('--timetable', timetable, '--json', updates).out === ran.out).toBe(true)
  })

  test('the summary says what was played', () => {
    expect(ran.code).toBe(0)
    expect(records(ran).at(-1)).toMatchObject({
      kind: 'summary',
      snapshots: 121,
      gaps: 2,
      notOk: {},
      disruptions: delays.length,
      alertsToAll: 0,
    })
    expect(ran.err).toMatch(/replay \d+\.\d+ s, \d+ snapshots\/s/)
  })

  /** Opened by `until`, and not closed before `from`. */
  function isOpen(line: string, from: number, until: number): boolean {
    return delays.some((d) => d.line === line && seconds(d.openedAt) <= until && (d.closedAt === null || seconds(d.closedAt) > from))
  }
})
