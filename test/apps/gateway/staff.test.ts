import { disruptions, observations } from '#bus/topics'
import { decodeBatch, publish } from '#bus/typed'
import type { Notice } from '#domain/observation'
import { lineScope } from '#domain/disruption'
import { writeSlot } from '#domain/slot'
import { RiderDesk } from '../../../apps/gateway/riders/riderDesk'
import { allLine, subscribed } from '../../../apps/gateway/riders/edits'
import { type Rig, disruptionOf, staffHeaders, startGateway, until } from './harness'

let rig: Rig
const notices: Notice[] = []
beforeAll(async () => {
  rig = await startGateway()
  await rig.platform.bus.follow('observations', (batch) => {
    for (const { value } of decodeBatch(observations, batch, () => {})) if (value?.kind === 'notice') notices.push(value.notice)
  })
  const all = ['lindenau', 'seebach'].map((o) => disruptionOf(o, `${o}-1`, { publication: 'HELD' }))
  await publish(rig.platform.bus, disruptions, all)
  await until(async () => (await call('GET', 'disruptions')).json().length > 0)
})
afterAll(() => rig.close())

const call = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Record<string, string> = staffHeaders('lindenau'),
) => rig.app.inject({ method, url: `/api/v1/${path}`, headers, ...(body === undefined ? {} : { payload: body as object }) })

const notice = {
  lines: [{ line: 'tram-3', direction: 0 }],
  effect: 'DETOUR',
  severity: 'WARNING',
  texts: { en: 'Tram 3: no stop at Markt.' },
}

const staffRoutes = [
  ['GET', 'me', undefined],
  ['GET', 'disruptions', undefined],
  ['POST', 'notices/preview', notice],
  ['POST', 'notices', notice],
  ['POST', 'notices/ID/update', { severity: 'SEVERE' }],
  ['POST', 'notices/ID/clear', {}],
  ['POST', 'disruptions/ID/confirm', {}],
  ['POST', 'disruptions/ID/dismiss', {}],
] as const

test.each(staffRoutes)(
  '%s %s: closed without a credential, and for the other operator its ids do not exist',
  async (method, path, body) => {
    const own = path.replace('ID', 'lindenau-1')
    for (const headers of [{}, { authorization: 'Bearer nobody' }, { cookie: 'linienfunk=guess' }] as Record<string, string>[])
      expect((await call(method, own, body, headers)).json()).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
    const before = notices.length
    if (path.includes('ID')) {
      expect((await call(method, own, body, staffHeaders('seebach'))).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' })
      expect((await call(method, path.replace('ID', 'no-such'), body)).statusCode).toBe(404)
      expect(notices).toHaveLength(before)
    } else if (method === 'GET') {
      expect((await call(method, own, body, staffHeaders('seebach'))).body).not.toContain('lindenau')
    }
  },
)

test('a staff route that the API describes is in the matrix above', async () => {
  const { paths } = (await rig.app.inject('/openapi.json')).json()
  const guarded = Object.entries(paths as Record<string, Record<string, { security?: unknown }>>).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, o]) =>
      o.security ? [`${method.toUpperCase()} ${path.replace('/api/v1/', '').replace('{id}', 'ID')}`] : [],
    ),
  )
  expect(guarded.sort()).toEqual(staffRoutes.map(([m, p]) => `${m} ${p}`).sort())
})

test('issue, update and clear: the answer shows the change', async () => {
  const issued = await call('POST', 'notices', notice)
  expect(issued.statusCode).toBe(201)
  const { id, disruption } = issued.json()
  expect(disruption).toMatchObject({ effect: 'DETOUR', origin: 'DECLARED', lines: [{ id: 'tram-3', name: '3', direction: 0 }] })
  const updated = await call('POST', `notices/${id}/update`, { severity: 'SEVERE' })
  expect(updated.json().disruption).toMatchObject({ severity: 'SEVERE', revision: 2 })
  expect((await call('POST', `notices/${id}/clear`, { texts: { en: 'Back to normal' } })).statusCode).toBe(400)
  const cleared = await call('POST', `notices/${id}/clear`)
  expect([cleared.statusCode, cleared.json().disruption.state]).toEqual([200, 'CLOSED'])
  expect((await call('POST', `notices/${id}/update`, { severity: 'INFO' })).json()).toMatchObject({ status: 409, code: 'DISRUPTION_ENDED' })
  expect(notices.at(-1)).toMatchObject({ act: 'CLEAR', author: 'Lindenauer Verkehr desk', operator: 'lindenau' })
})

test('confirm and dismiss what was detected', async () => {
  await publish(rig.platform.bus, disruptions, [disruptionOf('lindenau', 'small', { publication: 'HELD' })])
  await until(async () => (await call('GET', 'disruptions')).body.includes('"small"'))
  expect((await call('POST', 'disruptions/lindenau-1/confirm')).json().disruption.publication).toBe('TOLD')
  expect((await call('POST', 'disruptions/small/dismiss', { reason: 'too-small' })).json().disruption.publication).toBe('WITHDRAWN')
  for (const path of ['notices/small/update', 'disruptions/small/confirm'])
    expect((await call('POST', path)).json()).toMatchObject({ status: 409, code: 'DISRUPTION_ENDED' })
})

test('Idempotency-Key: the same request has one effect and one answer, another one is a conflict', async () => {
  const headers = { ...staffHeaders('lindenau'), 'idempotency-key': 'k-1' }
  const before = notices.length
  const first = await call('POST', 'notices', notice, headers)
  const second = await call('POST', 'notices', notice, headers)
  expect([second.statusCode, second.body]).toEqual([first.statusCode, first.body])
  expect(notices).toHaveLength(before + 1)
  expect((await call('POST', 'notices', { ...notice, effect: 'NO_SERVICE' }, headers)).json()).toMatchObject({
    status: 422,
    code: 'IDEMPOTENCY_CONFLICT',
  })
  const foreign = await call('POST', 'notices', notice, { ...staffHeaders('seebach'), 'idempotency-key': 'k-1' })
  expect(foreign.json().id).not.toBe(first.json().id)
})

test.each([
  ['a key that would change prototypes', '{"__proto__":{"admin":true},"effect":"DETOUR"}', 400, 'BODY_INVALID'],
  ['no JSON', '{"effect":', 400, 'BODY_INVALID'],
  ['a field that does not exist', JSON.stringify({ ...notice, operator: 'seebach' }), 400, 'BODY_INVALID'],
  ['nobody named', JSON.stringify({ effect: 'DETOUR' }), 400, 'BODY_INVALID'],
  ['too many lines', JSON.stringify({ ...notice, lines: Array.from({ length: 101 }, () => ({ line: 'x' })) }), 413, 'BODY_TOO_LARGE'],
  ['a huge array', JSON.stringify({ ...notice, lines: Array.from({ length: 100_000 }, () => 1) }), 413, 'BODY_TOO_LARGE'],
  ["another operator's line", JSON.stringify({ ...notice, lines: [{ line: 'tram-99' }] }), 404, 'NOT_FOUND'],
])('refuses %s', async (_, payload, status, code) => {
  const before = notices.length
  const headers = { ...staffHeaders('lindenau'), 'content-type': 'application/json' }
  const answer = await rig.app.inject({ method: 'POST', url: '/api/v1/notices', headers, payload })
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect(answer.json()).toMatchObject({ status, code })
  expect(answer.body).not.toMatch(/\bat \/|node_modules/)
  expect(notices).toHaveLength(before)
})

test('the preview has texts and audience; delivery is summed from the slots', async () => {
  const desk = rig.app.get(RiderDesk)
  for (const address of ['1', '2'])
    await desk.changeAt({ operator: 'lindenau', channel: 'TELEGRAM', address }, 'de', (r) =>
      subscribed(r, [allLine('tram-3', 'TELEGRAM')], 1, 'web'),
    )
  const preview = (await call('POST', 'notices/preview', notice)).json()
  expect(preview).toMatchObject({
    audience: { now: 2, held: 0, byChannel: { TELEGRAM: 2 } },
    summary: { en: '2 riders now', de: '2 Fahrgäste jetzt' },
  })
  expect(preview.texts.en.TELEGRAM.text).toContain('no stop at Markt')
  expect(preview.texts.de.EMAIL.subject.length).toBeLessThanOrEqual(60)

  await publish(rig.platform.bus, disruptions, [disruptionOf('lindenau', 'told', { scopes: [lineScope('bus-12')] })])
  const id = 'lindenau/told/TELEGRAM/0'
  await rig.platform.store.cohorts.open(id, Buffer.from('{}'), Buffer.alloc(3 * 8))
  const slots = Buffer.alloc(3 * 8)
  const slot = { told: 1, attempts: 1, reason: 'NONE', receipts: 0, openedAfterMinutes: 0, sentAfterTenths: 5 } as const
  writeSlot(slots, 0, { ...slot, state: 'SENT' })
  writeSlot(slots, 1, { ...slot, state: 'SENT' })
  await rig.platform.store.cohorts.writeChunks([{ id, epoch: 1, chunk: 0, slots }])
  const list = (await call('GET', 'disruptions')).json() as { id: string; delivery: object }[]
  expect(list.find((d) => d.id === 'told')?.delivery).toMatchObject({ riders: 3, byState: { SENT: 2, PENDING: 1, FAILED: 0 } })
})

test('a session is a strict cookie; a write with it must come from our own pages', async () => {
  expect((await call('POST', 'session', { token: 'wrong' }, {})).statusCode).toBe(401)
  const opened = await call('POST', 'session', { token: 'lindenau-staff-token' }, {})
  const cookie = String(opened.headers['set-cookie'])
  expect(cookie).toMatch(/^__Host-linienfunk=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/)
  const session = { cookie: cookie.split(';')[0] as string }
  const signedIn = async (headers: Record<string, string>) => (await call('GET', 'session', undefined, headers)).json()
  expect([await signedIn({}), await signedIn(session)]).toEqual([{ signedIn: false }, { signedIn: true }])
  expect((await call('GET', 'me', undefined, session)).json()).toMatchObject({
    operator: { id: 'lindenau' },
    name: 'Lindenauer Verkehr desk',
  })
  expect((await call('POST', 'notices', notice, { ...session, 'sec-fetch-site': 'cross-site' })).json()).toMatchObject({
    status: 403,
    code: 'FORBIDDEN_ORIGIN',
  })
  expect((await call('POST', 'notices', notice, { ...session, 'sec-fetch-site': 'same-origin' })).statusCode).toBe(201)
  expect((await call('DELETE', 'session', undefined, session)).statusCode).toBe(204)
  expect((await call('GET', 'me', undefined, session)).statusCode).toBe(401)
})
