import type { HttpRequest, HttpResponse } from '#domain/ports'
import { RiderDesk } from '../../../apps/gateway/riders/riderDesk'
import { type Rig, startGateway, until } from './harness'

const answer = (result: unknown, status = 200): HttpResponse => ({
  status,
  headers: {},
  body: Buffer.from(JSON.stringify({ ok: status === 200, result })),
})
const message = (id: number, chat: number, text: string) => ({ update_id: id, message: { chat: { id: chat, type: 'private' }, text } })
const bodyOf = (r: HttpRequest) => JSON.parse(String(r.body)) as { offset?: number; text?: string; url?: string }
const asked = (rig: Rig) => rig.sent.filter((r) => r.url === 'http://telegram.test/botlindenau-token/getUpdates').map(bodyOf)

test('without a public address updates are asked for, and the offset moves only once their effects are durable', async () => {
  const updates = [message(41, 1, 'U6'), { update_id: 42, something_new: {} }, message(43, 1, 'STOP')]
  let conflicts = 1
  let stoppedWhenAcknowledged: boolean | undefined
  let rig: Rig | undefined
  const net = (request: HttpRequest): HttpResponse => {
    if (!request.url.endsWith('lindenau-token/getUpdates')) return answer(request.url.endsWith('getUpdates') ? [] : true)
    if (conflicts-- > 0) return answer(undefined, 409)
    const { offset = 0 } = bodyOf(request)
    if (offset === 44 && stoppedWhenAcknowledged === undefined)
      stoppedWhenAcknowledged = rig?.sent.some((r) => bodyOf(r).text?.startsWith('Angehalten'))
    return answer(updates.filter((u) => u.update_id >= offset))
  }
  rig = await startGateway(net, { publicUrl: undefined })
  await until(() => asked(rig).some((b) => b.offset === 44))
  expect(
    asked(rig)
      .map((b) => b.offset)
      .slice(0, 3),
  ).toEqual([undefined, undefined, 44])
  expect(stoppedWhenAcknowledged).toBe(true)
  expect(rig.sent.some((r) => r.url.endsWith('lindenau-token/deleteWebhook'))).toBe(true)
  const rider = await rig.app.get(RiderDesk).findByAddress({ operator: 'lindenau', channel: 'TELEGRAM', address: '1' })
  expect(rider?.addresses[0]?.stopped).toBe(true)
  await rig.close()
})

test('with a public address the messenger is told where to post, with the secret', async () => {
  const rig = await startGateway()
  await until(() => rig.sent.some((r) => r.url.endsWith('seebach-token/setWebhook')))
  const set = rig.sent.filter((r) => r.url.endsWith('/setWebhook')).map(bodyOf)
  expect(set).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ url: 'https://alerts.example.org/in/telegram/lindenau', secret_token: 'lindenau-secret' }),
    ]),
  )
  expect(asked(rig)).toEqual([])
  await rig.close()
})
