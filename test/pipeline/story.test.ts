import { transit_realtime as rt } from 'gtfs-realtime-bindings'
import { Pipeline } from './pipeline'
import { townFeed, tramLate, tripIds } from './town'

jest.setTimeout(20_000)

const auto = { default: 'auto' } as const
const allClear = /^Störung beendet|^All clear/
let city: Pipeline

afterEach(() => city.close())

/** The tram is late in as many snapshots as open a disruption. */
const becomesLate = async (operator: string, minutes: number) => city.snapshots(operator, 2, tramLate(minutes))
const recovers = async (operator: string) => city.snapshots(operator, 3)
const tramDisruption = async (operator: string) => (await city.disruptions(operator)).find((d) => d.lines[0]?.id === 'tram-3')
const withoutTime = (text = '') => text.replace(/ As of .*/, '')

/** Ids in the operator's public GTFS-realtime feed. */
const alertsOf = async (operator: string) => {
  const { raw } = await city.api(operator, 'GET', `/api/v1/operators/${operator}/alerts.pb`)
  return rt.FeedMessage.decode(raw).entity.map((e) => e.id)
}

describe('from a feed to a messenger', () => {
  test('a delay in two snapshots is told once, with its update and its all-clear, to riders of the line and to nobody else', async () => {
    city = await new Pipeline().open({ anger: auto })
    const anna = await city.rider('anger', '3')
    const ben = await city.rider('anger', 'Tram 3, 7', 'de')
    const busRider = await city.rider('anger', '7')
    await city.snapshot('anger', tramLate(10))
    await city.snapshot('anger')
    expect(city.allTold('anger').size).toBe(0)
    await becomesLate('anger', 10)
    await city.until(() => city.allTold('anger').size === 2)
    await city.snapshots('anger', 3, tramLate(25))
    await city.until(() => city.told('anger', anna).length === 2 && city.told('anger', ben).length === 2)
    await recovers('anger')
    await city.until(() => city.told('anger', anna).length === 3 && city.told('anger', ben).length === 3)
    await city.untilSent('anger')
    const [alert = '', update = '', clear = ''] = city.told('anger', anna)
    expect([alert, update]).toEqual([expect.stringMatching(/^Tram 3.* 10 min/), expect.stringMatching(/^Update: Tram 3.* 25 min/)])
    expect(clear).toMatch(allClear)
    expect(city.told('anger', ben).map((text) => text.split(/[ :]/)[0])).toEqual(['Tram', 'Update', 'Störung'])
    expect(city.told('anger', busRider)).toEqual([])
    expect(await tramDisruption('anger')).toMatchObject({ state: 'CLOSED', revision: 3, delivery: { riders: 2, byState: { SENT: 2 } } })
  })

  test('a rider outside the times they chose is not told; the control room sees them held', async () => {
    city = await new Pipeline().open({ anger: auto })
    const anna = await city.rider('anger', '3')
    const commuter = city.messenger.newChat()
    const form = { channel: 'TELEGRAM', line: 'tram-3', times: 'commute', language: 'en' }
    const chosen = await city.api('anger', 'POST', '/r/anger', form, { 'sec-fetch-site': 'same-origin' })
    const token = /t=([0-9a-f]{32})/.exec(String(chosen.headers.location))?.[1] ?? ''
    expect(await city.write('anger', commuter, `/start ${token}`)).toMatch(/^Your lines: .*3/)
    await becomesLate('anger', 10)
    await city.until(() => city.told('anger', anna).length === 1)
    expect(await tramDisruption('anger')).toMatchObject({ audience: { held: 1 }, delivery: { riders: 1 } })
    await recovers('anger')
    await city.until(() => city.told('anger', anna).length === 2)
    await city.untilSent('anger')
    expect(city.told('anger', commuter)).toEqual([])
  })

  test('a feed that shrinks, is empty, cut, or an error page tells nothing and clears nothing', async () => {
    city = await new Pipeline().open({ anger: auto })
    const anna = await city.rider('anger', '3')
    await becomesLate('anger', 10)
    await city.until(() => city.told('anger', anna).length === 1)
    const whole = city.nextBytes('anger')
    for (const [body, reason] of [
      [city.nextBytes('anger', { only: tripIds.bus }), 'FEED_SHRANK'],
      [city.nextBytes('anger', { only: [] }), 'FEED_EMPTY'],
      [Buffer.alloc(0), 'FEED_EMPTY'],
      [Buffer.from('<html><body>502 Bad Gateway</body></html>'), 'FEED_NOT_PROTOBUF'],
      [whole.subarray(0, whole.length - 7), 'FEED_TRUNCATED'],
      [townFeed(2_000_000_000), 'FEED_CLOCK'],
    ] as const) {
      await city.badSnapshot('anger', body, reason)
      expect(await tramDisruption('anger')).toMatchObject({ state: 'OPEN', revision: 1 })
    }
    await recovers('anger')
    await city.until(() => city.told('anger', anna).length === 2)
    await city.untilSent('anger')
    expect(city.told('anger', anna)[1]).toMatch(allClear)
  })

  test('who subscribes during a disruption is told then, and who stops hears no more of it', async () => {
    city = await new Pipeline().open({ anger: auto })
    const leaver = await city.rider('anger', '3')
    await becomesLate('anger', 10)
    await city.until(() => city.told('anger', leaver).length === 1)
    const late = await city.rider('anger', '3')
    await city.until(() => city.told('anger', late).length === 1)
    expect(city.told('anger', late)[0]).toMatch(/^Tram 3/)
    expect(await city.write('anger', leaver, 'stop')).toMatch(/^Stopped/)
    await recovers('anger')
    await city.until(() => city.told('anger', late).length === 2)
    await city.untilSent('anger')
    expect(city.told('anger', leaver)).toHaveLength(1)
    expect(city.told('anger', late)[1]).toMatch(allClear)
    const states = (await tramDisruption('anger'))?.delivery.byState
    expect(states).toMatchObject({ SENT: 1, SUPPRESSED: 1 })
  })

  test('a line with two disruptions: the end of one does not say that the line runs as planned', async () => {
    city = await new Pipeline().open({ anger: auto })
    const anna = await city.rider('anger', '3')
    await becomesLate('anger', 10)
    await city.until(() => city.told('anger', anna).length === 1)
    const notice = { lines: [{ line: 'tram-3' }], effect: 'DETOUR' }
    const issued = await city.api('anger', 'POST', '/api/v1/notices', notice, { 'idempotency-key': 'n1' })
    const { id } = JSON.parse(issued.text) as { id: string }
    await city.until(() => city.told('anger', anna).length === 2)
    await recovers('anger')
    await city.until(() => city.told('anger', anna).length === 3)
    await city.api('anger', 'POST', `/api/v1/notices/${id}/clear`, {}, { 'idempotency-key': 'n2' })
    await city.until(() => city.told('anger', anna).length === 4)
    const [, , one, both] = city.told('anger', anna)
    expect(one).toMatch(/^All clear: .*long delays.* over since .*Another disruption goes on: Tram 3\.$/)
    expect(both).toMatch(/^All clear: Tram 3 runs as planned again/)
  })

  test('a delay that staff have explained already is not told again; when they end it and the line is still late, it is', async () => {
    city = await new Pipeline().open({ anger: auto })
    const anna = await city.rider('anger', '3')
    const notice = { lines: [{ line: 'tram-3' }], effect: 'DETOUR' }
    const issued = await city.api('anger', 'POST', '/api/v1/notices', notice, { 'idempotency-key': 'n1' })
    const { id } = JSON.parse(issued.text) as { id: string }
    await city.until(() => city.told('anger', anna).length === 1)
    await becomesLate('anger', 10)
    await city.until(async () => (await city.disruptions('anger')).some((d) => d.rule === 'DELAY' && d.state === 'OPEN'))
    await city.api('anger', 'POST', `/api/v1/notices/${id}/clear`, {}, { 'idempotency-key': 'n2' })
    await city.until(() => city.told('anger', anna).length === 3)
    const [, ...later] = city.told('anger', anna)
    expect(later.toSorted()).toEqual([
      expect.stringMatching(/^All clear: .*detour.* over since .*Another disruption goes on: Tram 3\.$/),
      expect.stringMatching(/^Tram 3.* min late/),
    ])
  })
})

describe('two operators', () => {
  test('the same person, line and town: nothing of one is told, shown, counted or changed by the other', async () => {
    city = await new Pipeline().open({ anger: auto, ufer: auto })
    const anna = await city.rider('anger', '3')
    await city.write('ufer', anna, '3')
    const atUfer = await city.rider('ufer', '3')
    await becomesLate('anger', 10)
    await city.until(() => city.told('anger', anna).length === 1)
    const { id = '' } = (await tramDisruption('anger')) ?? {}

    expect(await city.disruptions('ufer')).toEqual([])
    const idempotency = { 'idempotency-key': 'one-and-the-same' }
    for (const path of ['disruptions/ID/confirm', 'disruptions/ID/dismiss', 'notices/ID/update', 'notices/ID/clear']) {
      const answer = await city.api('ufer', 'POST', `/api/v1/${path.replace('ID', id)}`, {}, { 'idempotency-key': path })
      expect({ path, status: answer.status }).toEqual({ path, status: 404 })
    }
    const draft = { lines: [{ line: 'tram-3' }], effect: 'NO_SERVICE' }
    const preview = JSON.parse((await city.api('ufer', 'POST', '/api/v1/notices/preview', draft)).text) as { audience: object }
    expect(preview.audience).toMatchObject({ now: 2 })
    expect(await alertsOf('anger')).toEqual([id])
    expect(await alertsOf('ufer')).toEqual([])
    const moves = (await city.api('ufer', 'GET', '/metrics')).text.split('\n').filter((l) => l.startsWith('linienfunk_send_slots_total{'))
    expect(moves).toContainEqual(expect.stringMatching(/operator="anger".*state="SENT"/))
    expect(moves.filter((l) => l.includes('"ufer"'))).toEqual([])

    const notice = await city.api('ufer', 'POST', '/api/v1/notices', draft, idempotency)
    expect(notice.status).toBe(201)
    await city.until(() => city.told('ufer', anna).length === 1 && city.told('ufer', atUfer).length === 1)
    await recovers('anger')
    await city.until(() => city.told('anger', anna).length === 2)
    await city.untilSent('anger')
    await city.untilSent('ufer')
    expect([...city.allTold('anger').keys()]).toEqual([anna])
    expect([...city.allTold('ufer').values()].flat()).toEqual([expect.stringMatching(/no service/), expect.stringMatching(/no service/)])
  })
})

describe('who decides that riders are told', () => {
  test('shadow: everything runs up to the count of the audience, and nobody is told, nor of its end', async () => {
    city = await new Pipeline().open({ anger: { default: 'shadow', NOTICE: 'auto' } })
    const anna = await city.rider('anger', '3')
    await city.rider('anger', '3')
    await becomesLate('anger', 10)
    await city.until(async () => (await tramDisruption('anger'))?.state === 'OPEN')
    expect(await tramDisruption('anger')).toMatchObject({ publication: 'HELD', audience: { now: 2 }, delivery: { riders: 0 } })
    expect((await city.api('anger', 'GET', '/api/v1/operators/anger/alerts.json')).text).not.toContain('tram')
    expect((await city.api('anger', 'GET', '/s/anger')).text).not.toMatch(/10 (min|Min)/)
    await recovers('anger')
    await city.until(async () => (await tramDisruption('anger'))?.state === 'CLOSED')
    const notice = { lines: [{ line: 'tram-3' }], effect: 'DETOUR' }
    await city.api('anger', 'POST', '/api/v1/notices', notice, { 'idempotency-key': 'n1' })
    await city.until(() => city.told('anger', anna).length > 0)
    await city.untilSent('anger')
    expect(city.told('anger', anna)).toEqual([expect.stringMatching(/^Tram 3.*detour/i)])
  })

  test('ask: staff see what would be told, confirm it, and exactly that is told', async () => {
    city = await new Pipeline().open({ anger: { default: 'ask' } })
    const anna = await city.rider('anger', '3')
    await becomesLate('anger', 10)
    await city.until(async () => (await tramDisruption('anger'))?.state === 'OPEN')
    const held = await tramDisruption('anger')
    expect(held).toMatchObject({ publication: 'HELD', audience: { now: 1 } })
    const path = `/api/v1/disruptions/${held?.id}/confirm`
    const answers = await Promise.all([1, 2].map(() => city.api('anger', 'POST', path, {}, { 'idempotency-key': 'c1' })))
    expect(answers.map((a) => a.status)).toEqual([200, 200])
    await city.until(() => city.told('anger', anna).length === 1)
    await recovers('anger')
    await city.until(() => city.told('anger', anna).length === 2)
    await city.untilSent('anger')
    expect(withoutTime(city.told('anger', anna)[0])).toBe(withoutTime(held?.body.en))
    expect(city.told('anger', anna)[1]).toMatch(allClear)
  })

  // Where the settings name no time zone, match and send take the timetable's, but the gateway shows UTC.
  test('what staff see says the same time as what riders get, by the clock of the timetable', async () => {
    city = await new Pipeline().open({ anger: auto })
    const anna = await city.rider('anger', '3')
    await becomesLate('anger', 10)
    await city.until(() => city.told('anger', anna).length === 1)
    expect(city.told('anger', anna)[0]).toContain((await tramDisruption('anger'))?.body.en)
  })
})
