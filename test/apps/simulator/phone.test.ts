import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { Api, Bot, GrammyError } from 'grammy'
import { freshFolder, startOutside } from './outside'

type Message = { at: string; chat: number; text: string }
const apiOf = (url: string, token = '1001:demo-lindenau-is-no-secret') => new Api(token, { apiRoot: `${url}/phone` })
const read = async (url: string): Promise<Message[]> => (await fetch(`${url}/phone/messages.json`)).json() as Promise<Message[]>
const refusal = (call: Promise<unknown>) => call.then(() => undefined, (e: unknown) => e as GrammyError) // prettier-ignore
const say = (url: string, body: object) =>
  fetch(`${url}/phone/say`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

test('a bot that we did not write talks to the phone: it hears Anna and Ben once, and answers', async () => {
  const outside = await startOutside({ folder: freshFolder() })
  const bot = new Bot('1001:demo-lindenau-is-no-secret', { client: { apiRoot: `${outside.url}/phone` } })
  const heard: string[] = []
  const stopped = new Promise<void>((resolve) => {
    bot.on('message:text', async (context) => {
      heard.push(`${context.from.first_name} (${context.from.language_code}): ${context.message.text}`)
      await context.reply(`heard ${context.message.text}`)
      if (context.message.text === 'U1') resolve()
    })
  })
  const running = bot.start()
  while (heard.length < 4) await new Promise((r) => setTimeout(r, 10))
  await say(outside.url, { person: 'anna', operator: 'lindenau', text: 'U1' })
  await stopped
  await bot.stop()
  await running
  expect(heard.slice(0, 2)).toEqual(['Anna (de): /start', 'Anna (de): 3, 12, U6, 1'])
  expect(heard).toContain('Ben (en): 3, U6, 5, S1')
  expect(heard.at(-1)).toBe('Anna (de): U1')
  expect(new Set(heard).size).toBe(heard.length)
  const messages = await read(outside.url)
  expect(messages.at(-1)).toEqual({ at: expect.stringMatching(/^\d{4}-.*Z$/), chat: 1001, text: 'heard U1' })
  await outside.stop()
})

test('what the phone received survives, a line cut off by a crash included; Anna and Ben write their first words once only', async () => {
  const folder = freshFolder()
  const first = await startOutside({ folder })
  await apiOf(first.url).sendMessage(1001, 'Tram 3: 10–15 Min. später.')
  const updates = await apiOf(first.url).getUpdates()
  await apiOf(first.url).getUpdates({ offset: (updates.at(-1)?.update_id ?? 0) + 1 })
  await first.stop()
  appendFileSync(join(folder, 'phone', 'messages.jsonl'), '{"at":"2026-')
  const second = await startOutside({ folder })
  expect(await apiOf(second.url).getUpdates()).toEqual([])
  expect((await apiOf(second.url, '1002:demo-seebach-is-no-secret').getUpdates()).map((u) => u.message?.text)).toEqual(['/start 21'])
  await apiOf(second.url).sendMessage(1001, 'Störung beendet: Tram 3.')
  await second.stop()
  const third = await startOutside({ folder })
  expect((await read(third.url)).map((m) => m.text)).toEqual(['Tram 3: 10–15 Min. später.', 'Störung beendet: Tram 3.'])
  await third.stop()
})

test('it refuses as Telegram does', async () => {
  const outside = await startOutside({ folder: freshFolder() })
  const api = apiOf(outside.url)
  const code = async (call: Promise<unknown>) => (await refusal(call))?.error_code
  expect(await code(apiOf(outside.url, 'demo:wrong').getMe())).toBe(401)
  expect(await code(api.sendMessage(4711, 'x'))).toBe(400)
  expect((await refusal(api.sendMessage(1001, ' ')))?.description).toBe('Bad Request: message text is empty')
  expect((await refusal(api.sendMessage(1001, 'x'.repeat(4097))))?.description).toBe('Bad Request: message is too long')
  await say(outside.url, { person: 'Ben', operator: 'lindenau', block: 'yes' })
  expect((await refusal(api.sendMessage(1002, 'x')))?.description).toBe('Forbidden: bot was blocked by the user')
  expect((await api.getUpdates({ offset: -1 })).at(-1)?.my_chat_member?.new_chat_member.status).toBe('kicked')
  await say(outside.url, { person: 'ben', operator: 'lindenau', text: 'U1' })
  await expect(api.sendMessage(1002, 'x')).resolves.toMatchObject({ chat: { id: 1002 } })
  const flood = await Promise.all(Array.from({ length: 40 }, (_, i) => refusal(api.sendMessage(1001, `${i}`))))
  expect(flood.find((e) => e?.error_code === 429)?.parameters.retry_after).toBe(1)
  await outside.stop()
})

test('of two pollers the first one hears of the conflict; the phone closes while one waits', async () => {
  const outside = await startOutside({ folder: freshFolder() })
  const api = apiOf(outside.url, '1002:demo-seebach-is-no-secret')
  const from = ((await api.getUpdates()).at(-1)?.update_id ?? 0) + 1
  const first = refusal(api.getUpdates({ offset: from, timeout: 30 }))
  await new Promise((r) => setTimeout(r, 100))
  const second = api.getUpdates({ offset: from, timeout: 30 }).catch(() => [])
  expect((await first)?.error_code).toBe(409)
  await outside.stop()
  expect(await second).toEqual([])
})

test('a webhook gets the updates in order with its secret, and again until it takes them', async () => {
  const got: { secret: unknown; text: string }[] = []
  let refuse = true
  const hook = createServer((request, response) => {
    void request.setEncoding('utf8').toArray().then((parts) => {
      const update = JSON.parse(parts.join('')) as { message: { text: string } }
      if (!refuse) got.push({ secret: request.headers['x-telegram-bot-api-secret-token'], text: update.message.text })
      response.writeHead(refuse ? 500 : 200).end()
      refuse = false
    })
  }) // prettier-ignore
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
  const outside = await startOutside({ folder: freshFolder() })
  const api = apiOf(outside.url, '1002:demo-seebach-is-no-secret')
  await api.setWebhook(`http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`, { secret_token: 'secret' })
  expect((await refusal(api.getUpdates()))?.error_code).toBe(409)
  await say(outside.url, { person: 'ben', operator: 'seebach', text: '22' })
  while (got.length < 2) await new Promise((r) => setTimeout(r, 20))
  expect(got).toEqual([
    { secret: 'secret', text: '/start 21' },
    { secret: 'secret', text: '22' },
  ])
  await outside.stop()
  hook.close()
})
