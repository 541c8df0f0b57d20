import { Webhook } from 'standardwebhooks'
import { webhookMessenger } from '#channels/webhook'
import { webhookAddress } from '#channels/webhookAddress'
import { createNet } from '#service/net'
import { type Peer, answers, message, peer, resets } from './out'

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const net = createNet()
let endpoint: Peer

beforeAll(async () => void (endpoint = await peer()))
afterAll(async () => {
  await endpoint.close()
  await net.close()
})

const toEndpoint = () => message({ address: webhookAddress({ url: `${endpoint.root}/hook`, secret }) })
const send = () => webhookMessenger(net, { allowPrivateAddresses: true }).send(toEndpoint())

test('the official library verifies it, and a changed byte is refused', async () => {
  expect(await send()).toEqual({ kind: 'sent' })
  const { body, headers } = endpoint.seen.at(-1) as Peer['seen'][number]
  const verified = new Webhook(secret).verify(body, headers as Record<string, string>)
  expect(verified).toMatchObject({ type: 'alert.told', data: { text: message().text, disruption: 'd1', revision: 1, language: 'en' } })
  expect(headers['webhook-id']).toBe(message().id)
  expect(() => new Webhook(secret).verify(body.replace('d1', 'd2'), headers as Record<string, string>)).toThrow('No matching signature')
})

test.each([
  [410, {}, { kind: 'gone' }],
  [500, {}, { kind: 'retry', reason: 'SERVER_ERROR' }],
  [429, { 'retry-after': '3' }, { kind: 'retry', reason: 'RATE_LIMITED', afterMs: 3000 }],
  [302, { location: 'http://169.254.169.254/' }, { kind: 'failed', reason: 'REJECTED' }],
  [400, {}, { kind: 'failed', reason: 'REJECTED' }],
])('status %i', async (status, headers, outcome) => {
  endpoint.script.push(answers(status, '', headers as Record<string, string>))
  expect(await send()).toMatchObject(outcome)
})

test('accepted, then reset: it may have arrived', async () => {
  endpoint.script.push(resets)
  expect(await send()).toMatchObject({ kind: 'unknown' })
})

test('an endpoint on a private address is not asked at all', async () => {
  const before = endpoint.seen.length
  expect(await webhookMessenger(net, { allowPrivateAddresses: false }).send(toEndpoint())).toMatchObject({
    kind: 'failed',
    reason: 'REJECTED',
  })
  expect(endpoint.seen).toHaveLength(before)
})

test('an address that is none fails for good', async () => {
  const outcome = await webhookMessenger(net, { allowPrivateAddresses: true }).send(message({ address: 'https://x.example' }))
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'NO_ADDRESS' })
})
