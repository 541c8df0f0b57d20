import { transit_realtime as gtfs } from 'gtfs-realtime-bindings'
import { disruptions, observations } from '#bus/topics'
import { publish } from '#bus/typed'
import { lineScope } from '#domain/disruption'
import type { Tick } from '#domain/frame'
import type { Observation } from '#domain/observation'
import { type Rig, disruptionOf, lindenau, startGateway, until } from './harness'

let rig: Rig
beforeAll(async () => (rig = await startGateway()))
afterAll(() => rig.close())

const get = (url: string, headers = {}) => rig.app.inject({ method: 'GET', url, headers })
const tell = (...args: Parameters<typeof disruptionOf>) => publish(rig.platform.bus, disruptions, [disruptionOf(...args)])

test('operators, lines and disruptions are open data of each operator alone', async () => {
  await tell('lindenau', 'd1', { severity: 'SEVERE' })
  await tell('lindenau', 'held', { publication: 'HELD', scopes: [lineScope('bus-12')] })
  await tell('lindenau', 'suspected', { state: 'SUSPECTED', scopes: [lineScope('bus-12')] })
  await until(async () => (await get('/api/v1/operators/lindenau/disruptions')).json().length === 1)
  const operators = await get('/api/v1/operators')
  expect(operators.headers['access-control-allow-origin']).toBe('*')
  expect(operators.json()).toMatchObject([{ id: 'lindenau', languages: ['de', 'en'] }, { id: 'seebach' }])
  const lines = (await get('/api/v1/operators/lindenau/lines')).json()
  expect(lines.map((l: { id: string; status: string }) => [l.id, l.status])).toEqual([
    ['subway-u6', 'GOOD'],
    ['tram-3', 'MAJOR'],
    ['bus-12', 'GOOD'],
  ])
  expect(lines[1].disruptions[0]).toMatchObject({ id: 'd1', severity: 'SEVERE', headline: { en: expect.stringContaining('3') } })
  expect((await get('/api/v1/operators/seebach/disruptions')).json()).toEqual([])
  expect((await get('/api/v1/operators/other/lines')).json()).toMatchObject({ status: 404, code: 'TENANT_NOT_FOUND' })
})

test('the alerts feed is the same message as protobuf and as JSON, with everything an alert needs', async () => {
  await tell('seebach', 'd2', { scopes: [{ ...lineScope('tram-3', 1), fromStop: 's1', toStop: 's2' }, lineScope('bus-12')] })
  await until(async () => (await get('/api/v1/operators/seebach/disruptions')).json().length === 1)
  const pb = await get('/api/v1/operators/seebach/alerts.pb')
  const json = await get('/api/v1/operators/seebach/alerts.json')
  const decoded = gtfs.FeedMessage.toObject(gtfs.FeedMessage.decode(pb.rawPayload), { enums: String, longs: Number })
  expect(decoded).toEqual(json.json())
  expect(decoded.entity).toHaveLength(1)
  const { alert } = decoded.entity[0]
  expect(alert).toMatchObject({ effect: 'SIGNIFICANT_DELAYS', cause: 'UNKNOWN_CAUSE', severityLevel: 'WARNING' })
  expect(alert.headerText.translation.map((t: { language: string }) => t.language)).toEqual(['de', 'en'])
  expect(alert.communicationPeriod[0].start).toBeGreaterThan(0)
  expect(alert.impactPeriod[0].start).toBeGreaterThan(0)
  expect(alert.activePeriod).toHaveLength(1)
  expect(alert.informedEntity).toEqual([
    { routeId: 'r-tram-3', directionId: 1, stopId: 's2' },
    { routeId: 'r-tram-3', directionId: 1, stopId: 's1' },
    { routeId: 'r-bus-12' },
  ])
  const again = await get('/api/v1/operators/seebach/alerts.pb', { 'if-none-match': pb.headers.etag })
  expect([again.statusCode, again.body]).toEqual([304, ''])
})

test('the status page says it all without a script, in both languages, and escapes what comes from outside', async () => {
  await tell('lindenau', 'd3', { scopes: [lineScope('bus-12')], texts: [{ language: 'de', text: 'Kein <b>Halt</b> Markt' }] })
  await until(async () => (await get('/s/lindenau')).body.includes('Halt'))
  const german = await get('/s/lindenau?lang=de')
  expect(german.body).toContain('lang="de"')
  expect(german.body).toContain('Kein &lt;b&gt;Halt&lt;/b&gt; Markt')
  expect(german.headers['content-security-policy']).toContain("script-src 'self'")
  expect(german.headers['content-security-policy']).not.toContain('unsafe')
  expect((await get('/s/lindenau?lang=en')).body).toContain('Severely disrupted')
  expect((await get('/s/nobody', { accept: 'text/html' })).body).toContain('<h1>')
})

test('the status page counts as its lines do: a notice for information disrupts none; each line has its termini', async () => {
  const own = await startGateway()
  await publish(own.platform.bus, disruptions, [disruptionOf('lindenau', 'info', { severity: 'INFO' })])
  const page = async () => (await own.app.inject('/s/lindenau?lang=en')).body
  await until(async () => (await page()).includes('id="info"'))
  expect(await page()).toContain('All lines run well.')
  expect(await page()).toContain('Messe – Nord')
  await own.close()
})

const from = (id: string) => ({ operator: 'lindenau', feed: id, epoch: 1, seq: 1, feedTime: 1 })

test('lines are seen while only the feed of alerts is down, and unknown when the feed with the trips is', async () => {
  const feed = { url: 'http://feed.test/', headers: {}, everyMs: 10_000, timeoutMs: 1000, maxBytes: 1000, staleAfterMs: 60_000 }
  const feeds = [
    { ...feed, id: 'trips' },
    { ...feed, id: 'alerts' },
  ]
  const own = await startGateway(undefined, { operators: [{ ...lindenau, feeds }] })
  const said = (observation: Observation) => publish(own.platform.bus, observations, [observation])
  const tick = (id: string, state: Tick['state']) => said({ kind: 'tick', tick: { ...from(id), state, reason: '' } })
  const shows = async (status: string) => {
    const isShown = async () => (await own.app.inject('/api/v1/operators/lindenau/lines')).body.includes(`"status":"${status}"`)
    await until(isShown)
    expect([status, await isShown()]).toEqual([status, true])
  }
  await shows('UNKNOWN')
  const frame = { ...from('trips'), line: 'tram-3', timetable: 'v1', key: true, present: 0, changed: [], gone: [] }
  await said({ kind: 'frame', frame })
  await tick('trips', 'OK')
  await tick('alerts', 'DOWN')
  await shows('GOOD')
  await tick('trips', 'STALE')
  await shows('UNKNOWN')
  await own.close()
})

test('the live stream starts with all lines and then sends only what changed', async () => {
  await rig.app.listen(0, '127.0.0.1')
  const stopReading = new AbortController()
  const answer = await fetch(`${await rig.app.getUrl()}/api/v1/operators/seebach/live`, { signal: stopReading.signal })
  const reader = (answer.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream() as never)
    .getReader() as ReadableStreamDefaultReader<string>
  const snapshot = (await reader.read()).value ?? ''
  expect(snapshot).toMatch(/^id: \d+\nevent: snapshot\n/)
  expect(JSON.parse(snapshot.split('data: ')[1] as string)).toHaveLength(3)
  await tell('seebach', 'd4', { scopes: [lineScope('subway-u6')], severity: 'SEVERE' })
  const change = (await reader.read()).value ?? ''
  expect(change).toContain('event: change')
  expect(JSON.parse(change.split('data: ')[1] as string)).toMatchObject([{ id: 'subway-u6', status: 'MAJOR' }])
  stopReading.abort()
})

test('the API describes itself', async () => {
  const { paths } = (await get('/openapi.json')).json()
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/api/v1/operators/{operator}/alerts.pb', '/api/v1/notices', '/api/v1/disruptions/{id}/confirm']),
  )
  expect(paths['/api/v1/notices'].post.requestBody.content['application/json'].schema.properties.effect.enum).toContain('DETOUR')
  const operations = Object.values(paths as Record<string, Record<string, { tags: string[] }>>).flatMap((p) => Object.values(p))
  expect(new Set(operations.map(({ tags }) => tags.join()))).toEqual(new Set(['public', 'control room']))
  expect((await get('/docs')).statusCode).toBe(200)
})
