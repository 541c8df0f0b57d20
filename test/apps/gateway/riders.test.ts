import { Webhook } from 'standardwebhooks'
import { receipts } from '#bus/topics'
import { publish } from '#bus/typed'
import type { Receipt } from '#domain/receipt'
import { writeRecipient } from '#domain/recipient'
import type { HttpRequest } from '#domain/ports'
import { RiderDesk } from '../../../apps/gateway/riders/riderDesk'
import { type Rig, lindenau, seebach, startGateway, until } from './harness'

let rig: Rig
beforeAll(async () => (rig = await startGateway()))
afterAll(() => rig.close())

const post = (url: string, form: Record<string, string | string[]> = {}, headers: Record<string, string> = {}) =>
  rig.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
    payload: new URLSearchParams(Object.entries(form).flatMap(([k, v]) => [v].flat().map((one) => [k, one]))).toString(),
  })
const get = (url: string) => rig.app.inject({ url, headers: { accept: 'text/html' } })

let updateId = 100
const write = (chat: number, text: string, id = ++updateId, language = 'en', secret = 'lindenau-secret') =>
  rig.app.inject({
    method: 'POST',
    url: '/in/telegram/lindenau',
    headers: { 'x-telegram-bot-api-secret-token': secret },
    payload: {
      update_id: id,
      message: { message_id: 1, date: 1, chat: { id: chat, type: 'private' }, from: { id: chat, language_code: language }, text },
    },
  })
const said = (chat: number) =>
  rig.sent
    .filter(isMessage)
    .map((r) => JSON.parse(String(r.body)) as { chat_id: number; text: string })
    .filter((m) => m.chat_id === chat)
const isMessage = (r: HttpRequest) => r.url.endsWith('/sendMessage')
const riderOf = (chat: number) => rig.app.get(RiderDesk).findByAddress({ operator: 'lindenau', channel: 'TELEGRAM', address: String(chat) })
const lastManageLink = (chat: number) => new URL(/https:\S+manage\S+/.exec(said(chat).at(-1)?.text ?? '')?.[0] ?? '')

test('a stranger writes two lines and is a rider; STOP acts at once and a repeated update answers nothing', async () => {
  await write(7, '/start', undefined, 'de')
  await write(7, '3, U6')
  const rider = await riderOf(7)
  expect(rider).toMatchObject({
    language: 'de',
    addresses: [{ confirmed: true, stopped: false }],
    consents: [{ given: true, source: 'chat:telegram' }],
  })
  expect(rider?.subscriptions.map((s) => s.scope).sort()).toEqual(['line:subway-u6', 'line:tram-3'])
  const started = performance.now()
  await write(7, 'stopp', 900)
  expect(performance.now() - started).toBeLessThan(1000)
  expect(await riderOf(7)).toMatchObject({ addresses: [{ stopped: true }], consents: [{ given: true }, { given: false }] })
  await until(() => said(7).length === 3)
  await write(7, 'stopp', 900)
  expect(said(7).map((m) => m.text.split('.')[0])).toEqual(['Willkommen', expect.stringContaining('Ihre Linien'), 'Angehalten'])
})

test('nothing comes in without the secret, nor from groups', async () => {
  expect((await write(8, 'U6', undefined, 'en', 'wrong')).json()).toMatchObject({ status: 401, code: 'SIGNATURE_INVALID' })
  const url = '/in/telegram/lindenau'
  expect((await rig.app.inject({ method: 'POST', url, payload: {} })).statusCode).toBe(401)
  expect(
    (await rig.app.inject({ method: 'POST', url, payload: {}, headers: { 'x-telegram-bot-api-secret-token': 'seebach-secret' } }))
      .statusCode,
  ).toBe(401)
  expect(await riderOf(8)).toBeUndefined()
})

test('two first messages at once make one rider', async () => {
  await Promise.all([write(9, '3'), write(9, 'U6'), write(9, '12')])
  expect((await riderOf(9))?.subscriptions).toHaveLength(3)
})

test('the page leads into the chat: an opaque token carries the choice', async () => {
  const form = {
    line: ['tram-3', 'bus-12'],
    'direction-tram-3': '1',
    times: 'commute',
    severity: 'WARNING',
    language: 'en',
    channel: 'TELEGRAM',
  }
  const posted = await post('/r/lindenau?lang=en', form)
  expect(posted.statusCode).toBe(303)
  const waiting = await get(String(posted.headers.location))
  const token = /t\.me\/lindenau_bot\?start=([0-9a-f]{32})"/.exec(waiting.body)?.[1]
  expect(waiting.body).toContain('<svg')
  await write(10, `/start ${token}`, undefined, 'de')
  const rider = await riderOf(10)
  expect(rider).toMatchObject({ language: 'en' })
  expect(rider?.subscriptions.find((s) => s.scope === 'line:tram-3')).toMatchObject({
    direction: 1,
    minSeverity: 'WARNING',
    windows: [{ days: 31 }, { days: 31 }],
  })
  expect((await get(String(posted.headers.location))).body).toContain('Connected')
})

test('what was just changed, the next page shows; deleting takes everything, and the link with it', async () => {
  await write(11, 'U6', undefined, 'en')
  await until(() => said(11).length === 1)
  const link = lastManageLink(11)
  const path = link.pathname + link.search
  expect((await get(path)).body).toMatch(/value="subway-u6"\s+checked/)
  const saved = await post(path, { line: 'bus-12', 'direction-bus-12': '0', times: 'always', severity: 'SEVERE', language: 'de' })
  const next = await get(String(saved.headers.location))
  expect(next.body).toContain('Gespeichert')
  expect(next.body).toMatch(/value="bus-12"\s+checked/)
  expect(next.body).not.toMatch(/value="subway-u6"\s+checked/)
  const pause = await post(path.replace('?', '/pause?'), { value: '7' })
  expect((await get(String(pause.headers.location))).body).toContain('Pause beenden')
  const data = (await post(path.replace('?', '/data?'))).json()
  expect(data).toMatchObject({
    language: 'de',
    addresses: [{ channel: 'TELEGRAM', address: '11' }],
    subscriptions: [{ scope: 'line:bus-12', minSeverity: 'SEVERE' }],
  })
  expect((await post(path.replace('?', '/erase?'))).statusCode).toBe(303)
  expect(await riderOf(11)).toBeUndefined()
  expect((await get(path)).statusCode).toBe(404)
  expect(said(11).at(-1)?.text).toContain('gelöscht')
  await write(11, 'U6')
  expect((await get(path)).statusCode).toBe(404)
})

test('a manage link is for one operator and one rider; another site cannot use it', async () => {
  await write(12, 'U6')
  await until(() => said(12).length === 1)
  const link = lastManageLink(12)
  const path = link.pathname + link.search
  expect((await get(path.replace('lindenau', 'seebach'))).statusCode).toBe(404)
  expect((await get(path.replace(/.$/, (c) => (c === '0' ? '1' : '0')))).statusCode).toBe(404)
  expect((await post(path.replace('?', '/halt?'), {}, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
  expect(await riderOf(12)).toMatchObject({ addresses: [{ stopped: false }] })
})

test('faults stand at the top and at their field, and what was entered stays', async () => {
  const answer = await post('/r/lindenau?lang=en', { channel: 'WEBHOOK', url: 'http://127.0.0.1/x', times: 'commute' })
  expect(answer.statusCode).toBe(422)
  expect(answer.body).toContain('href="#line"')
  expect(answer.body).toMatch(/id="url"[^>]*value="http:\/\/127.0.0.1\/x"[^>]*aria-invalid="true"/)
  expect(answer.body).toMatch(/value="commute"\s+checked/)
})

test('an endpoint confirms by the signed request; a GET changes nothing', async () => {
  const url = 'https://hooks.example.org/in'
  expect((await post('/r/lindenau?lang=en', { line: 'tram-3', channel: 'WEBHOOK', url })).statusCode).toBe(303)
  const asked = rig.sent.find((r) => r.url === url) as HttpRequest
  const { confirmUrl } = (JSON.parse(String(asked.body)) as { data: { confirmUrl: string } }).data
  expect(asked.trust).toBe('foreign')
  const at = new URL(confirmUrl)
  const size = () => rig.platform.store.riders.size('lindenau')
  const before = await size()
  expect((await get(at.pathname + at.search)).body).toContain('method="post"')
  expect(await size()).toBe(before)
  const confirmed = await post('/r/lindenau/confirm', { t: at.searchParams.get('t') as string })
  expect(await size()).toBe(before + 1)
  const secret = /whsec_[A-Za-z0-9+/=]+/.exec((await get(String(confirmed.headers.location))).body)?.[0] as string
  expect(new Webhook(secret).verify(String(asked.body), asked.headers as Record<string, string>)).toMatchObject({
    type: 'endpoint.confirm',
  })
})

test('a messenger that says blocked stops the address', async () => {
  await write(13, 'U6')
  const rider = await riderOf(13)
  const recipients = Buffer.alloc(8)
  writeRecipient(recipients, 0, { rider: rider?.number ?? 0, language: 'de', urgency: 0, secondChannel: 0, flags: 0 })
  await rig.platform.store.cohorts.open('lindenau/d9/TELEGRAM/0', Buffer.from('{}'), recipients)
  const blocked: Receipt = { operator: 'lindenau', disruption: 'd9', channel: 'TELEGRAM', cohort: 0, slot: 0, kind: 'BLOCKED', at: 1 }
  await publish(rig.platform.bus, receipts, [blocked])
  await until(async () => (await riderOf(13))?.addresses[0]?.stopped)
  expect((await riderOf(13))?.addresses[0]?.stopped).toBe(true)
})

test('where nothing can be sent, the page says so; elsewhere the chat opens where the settings say, and a dead mail server is no bad address', async () => {
  const telegram = { ...lindenau.channels.telegram, startUrl: 'http://phone.test/?bot={bot}&start={token}' } as never
  const email = { smtp: 'smtp://127.0.0.1:1', from: 'alerts@example.org', perSecond: 1 }
  const silent = { telegram: undefined, webhook: undefined, email: undefined }
  const operators = [
    { ...lindenau, channels: { ...lindenau.channels, telegram, email } },
    { ...seebach, channels: silent },
  ]
  const { app, close } = await startGateway(undefined, { operators })
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
  const send = (payload: string) => app.inject({ method: 'POST', url: '/r/lindenau?lang=en', headers, payload })
  const nothing = (await app.inject('/r/seebach?lang=en')).body
  expect(nothing).toContain('Seebach Bus offers no messages yet')
  expect(nothing).not.toContain('<form')
  const waiting = await app.inject(String((await send('line=tram-3&channel=TELEGRAM')).headers.location))
  expect(waiting.body).toMatch(/href="http:\/\/phone\.test\/\?bot=lindenau_bot&amp;start=[0-9a-f]{32}"/)
  const mailed = await send('line=tram-3&channel=EMAIL&email=anna@example.org')
  expect([mailed.statusCode, mailed.body]).toEqual([422, expect.stringContaining('could not be sent just now')])
  expect(mailed.body).not.toContain('Enter one e-mail address')
  await close()
})
