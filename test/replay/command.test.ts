import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { transit_realtime as realtime } from 'gtfs-realtime-bindings'
import { records, replay } from './collect'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'replay-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const at = 1_768_590_000

/** A snapshot with an alert about a route, or without it; another alert is always there (a feed that is suddenly empty is not believed). */
function message(timestamp: number, withAlert: boolean): Uint8Array {
  const alert = {
    informedEntity: [{ routeId: 'R7' }],
    effect: 4,
    headerText: { translation: [{ text: 'Detour via Main Street', language: 'en' }] },
  }
  const other = { informedEntity: [{ routeId: 'R8' }], effect: 1, headerText: { translation: [{ text: 'No service', language: 'en' }] } }
  const entity = [{ id: '2', alert: other }, ...(withAlert ? [{ id: '1', alert }] : [])]
  return realtime.FeedMessage.encode({ header: { gtfsRealtimeVersion: '2.0', timestamp }, entity }).finish()
}

test.each([
  [[], /Give at least one file/],
  [['--nonsense', 'x'], /nonsense/],
  [['--from', 'yesterday', 'x'], /--from "yesterday" is no time/],
  [['--from', '2026-01-02', '--to', '2026-01-01', 'x'], /later than/],
])('wrong usage exits with 2 and says what is wrong: %j', async (argv, message) => {
  const ran = await replay(...argv)
  expect([ran.code, ran.out]).toEqual([2, ''])
  expect(ran.err).toMatch(message)
})

test('--help explains and exits with 0', async () => {
  expect(await replay('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('--timetable FILE') })
})

test('a timetable that cannot be used is named', async () => {
  expect(await replay('--timetable', join(folder, 'none.zip'), folder)).toMatchObject({
    code: 1,
    err: expect.stringContaining('none.zip: cannot be read, ENOENT'),
  })
  writeFileSync(join(folder, 'bad.zip'), 'no zip')
  expect(await replay('--timetable', join(folder, 'bad.zip'), folder)).toMatchObject({
    code: 1,
    err: expect.stringContaining('GTFS_NOT_A_ZIP'),
  })
})

test('without a timetable: alerts in the order of the headers, gzip too, unreadable files named, and what cannot be said', async () => {
  const feed = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes)
  // By name the last file comes first; by its header's time it is the newest.
  feed('alerts_0.pb.gz', gzipSync(message(at + 210, false)))
  for (const i of [1, 2, 3]) feed(`alerts_${i}.pb`, message(at + i * 30, true))
  for (const i of [4, 5, 6]) feed(`alerts_${i}.pb`, message(at + i * 30, false))
  feed('page.pb', Buffer.from('<html>'))
  const ran = await replay('--json', folder)
  expect(ran.code).toBe(1)
  expect(ran.err).toMatch(/page\.pb: skipped, FEED_NOT_PROTOBUF/)
  const all = records(ran)
  const disruption = all.find((r) => r.effect === 'DETOUR')
  const [told, clear] = all.filter((r) => r.disruption === disruption?.id)
  expect(disruption).toMatchObject({ kind: 'disruption', rule: 'ALERT', effect: 'DETOUR', openedAt: iso(at + 30), closedAt: iso(at + 180) })
  expect(told).toMatchObject({ kind: 'alert', stage: 'WHOLE', text: { en: expect.stringContaining('Detour via Main Street') } })
  expect(clear).toMatchObject({ kind: 'alert', stage: 'ALL_CLEAR', at: iso(at + 180) })
  expect(all.at(-1)).toMatchObject({
    kind: 'summary',
    snapshots: 7,
    unreadable: 1,
    disruptions: 2,
    alerts: 3,
    cannot: [expect.stringContaining('--timetable'), expect.anything()],
  })
})

test('--from and --to choose snapshots by their headers', async () => {
  for (const i of [1, 2, 3]) writeFileSync(join(folder, `alerts_${i}.pb`), message(at + i * 60, true))
  const ran = await replay('--json', '--from', iso(at + 100), '--to', String(at + 120), folder)
  expect(records(ran).at(-1)).toMatchObject({ snapshots: 1, from: iso(at + 120) })
})

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
