import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv'
import { telegramMessenger } from '#channels/telegram'
import { createNet } from '#service/net'
import { type Peer, answers, message, peer, resets } from './out'

const description = join(process.env.API_DESCRIPTIONS ?? '../shared/specs', 'telegram-bot-api.openapi.json')
const net = createNet()
let bot: Peer

beforeAll(async () => void (bot = await peer()))
afterAll(async () => {
  await bot.close()
  await net.close()
})

const telegram = () => telegramMessenger(net, { token: '123:abc', apiRoot: bot.root })

test('what goes over the wire is what the third-party description of the Bot API accepts', async () => {
  expect(await telegram().send(message())).toEqual({ kind: 'sent', messageId: '7' })
  const { path, headers, body } = bot.seen.at(-1) as Peer['seen'][number]
  expect([path, headers['content-type']]).toEqual(['/bot123:abc/sendMessage', 'application/json'])
  expect(JSON.parse(body)).toMatchObject({ chat_id: 4242, text: message().text, link_preview_options: { is_disabled: true } })
  expect(JSON.parse(body)).not.toHaveProperty('parse_mode')
  if (!existsSync(description)) return console.log(`${description} is missing: the request was not checked against it`)
  const spec = JSON.parse(readFileSync(description, 'utf8'))
  const ajv = new Ajv({ strict: false, allErrors: true })
  const schema = spec.paths['/bot{token}/sendMessage'].post.requestBody.content['application/json'].schema
  const check = ajv.compile({ ...schema, components: spec.components })
  expect([check(JSON.parse(body)), check.errors]).toEqual([true, null])
  expect(check({ ...JSON.parse(body), invented: 1 })).toBe(false)
})

const errors: [string, number, object, object][] = [
  ['flood', 429, { ok: false, description: 'Too Many Requests', parameters: { retry_after: 7 } }, { kind: 'frozen', afterMs: 7000 }],
  ['blocked', 403, { ok: false, description: 'Forbidden: bot was blocked by the user' }, { kind: 'gone' }],
  ['no such chat', 400, { ok: false, description: 'Bad Request: chat not found' }, { kind: 'gone' }],
  ['our fault', 400, { ok: false, description: 'Bad Request: message text is empty' }, { kind: 'failed', reason: 'REJECTED' }],
  ['wrong token', 401, { ok: false, description: 'Unauthorized' }, { kind: 'halt' }],
  ['down', 502, { ok: false }, { kind: 'retry', reason: 'SERVER_ERROR' }],
]

test.each(errors)('%s', async (_, status, body, outcome) => {
  bot.script.push(answers(status, body))
  expect(await telegram().send(message())).toMatchObject(outcome)
})

test('an HTML page of a proxy is a server error, not a crash', async () => {
  bot.script.push(answers(503, '<html>busy</html>'))
  expect(await telegram().send(message())).toEqual({ kind: 'retry', reason: 'SERVER_ERROR' })
})

test('accepted, then reset: it may have arrived', async () => {
  bot.script.push(resets)
  expect(await telegram().send(message())).toMatchObject({ kind: 'unknown' })
})

test('nobody listens: it cannot have arrived', async () => {
  const nobody = telegramMessenger(net, { token: '123:abc', apiRoot: 'http://127.0.0.1:1' })
  expect(await nobody.send(message())).toEqual({ kind: 'retry', reason: 'UNREACHABLE' })
})
