import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { HttpRequest, NetReason } from '#domain/ports'
import { createNet } from '#service/net'

const net = createNet()
let answer: (request: IncomingMessage, response: ServerResponse) => void
const server = createServer((request, response) => answer(request, response))
let root = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await net.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const get = (more: Partial<HttpRequest> = {}) =>
  net.request({ url: `${root}/x?y=1`, method: 'GET', timeoutMs: 2000, maxBytes: 1000, trust: 'own', ...more })
const reasonOf = (promise: Promise<unknown>): Promise<NetReason> =>
  promise.then(
    () => 'none' as never,
    (error) => error.reason,
  )

test('gives status, headers and body, and does not follow redirects', async () => {
  answer = (request, response) => response.writeHead(302, { location: 'http://169.254.169.254/', 'X-Path': request.url }).end('gone')
  expect(await get()).toMatchObject({ status: 302, headers: { 'x-path': '/x?y=1' }, body: Buffer.from('gone') })
})

test('unpacks gzip, announced or not', async () => {
  answer = (_, response) => response.end(gzipSync('feed'))
  expect((await get()).body.toString()).toBe('feed')
})

test('a bomb is refused before it is unpacked whole', async () => {
  answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(900_000)))
  expect(await reasonOf(get())).toBe('TOO_LARGE')
})

test('too many bytes, announced or not', async () => {
  answer = (_, response) => response.end(Buffer.alloc(1001))
  expect(await reasonOf(get())).toBe('TOO_LARGE')
  answer = (_, response) => {
    response.write(Buffer.alloc(600))
    response.end(Buffer.alloc(600))
  }
  expect(await reasonOf(get())).toBe('TOO_LARGE')
})

test('an answer that breaks off is truncated, never short', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': '500' })
    response.write('half')
    setTimeout(() => response.destroy(), 20)
  }
  expect(await reasonOf(get())).toBe('TRUNCATED')
})

test('silence is a timeout, which may have arrived; a closed port has not', async () => {
  answer = () => undefined
  const silent = await get({ timeoutMs: 500 }).catch((error) => error)
  expect(silent).toMatchObject({ reason: 'TIMEOUT', mayHaveArrived: true })
  const closed = await get({ url: 'http://127.0.0.1:1/' }).catch((error) => error)
  expect(closed).toMatchObject({ reason: 'UNREACHABLE', mayHaveArrived: false })
})

test('what never got one of the 64 connections has not arrived', async () => {
  const all = Promise.withResolvers<void>()
  const held: ServerResponse[] = []
  answer = (_, response) => void (held.push(response) === 64 && all.resolve())
  const others = Array.from({ length: 64 }, () => get({ timeoutMs: 20_000 }))
  await all.promise
  const waiting = await get({ timeoutMs: 50 }).catch((error) => error)
  expect(waiting).toMatchObject({ reason: 'TIMEOUT', mayHaveArrived: false })
  for (const response of held) response.end()
  await Promise.all(others)
})

test('who asked may give up, before or meanwhile', async () => {
  answer = () => undefined
  expect(await reasonOf(get({ signal: AbortSignal.abort() }))).toBe('ABORTED')
  expect(await reasonOf(get({ signal: AbortSignal.timeout(30) }))).toBe('ABORTED')
})

test.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://[::ffff:127.0.0.1]/',
  'http://0.0.0.0/',
  'http://169.254.169.254/',
  'http://10.0.0.1/',
  'ftp://example.org/',
])('a foreign address cannot be %s', async (url) => {
  expect(await reasonOf(get({ url, trust: 'foreign' }))).toBe('FORBIDDEN_URL')
})
