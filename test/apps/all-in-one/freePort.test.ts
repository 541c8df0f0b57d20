import { type AddressInfo, createServer } from 'node:net'
import { freePort } from '#apps/all-in-one/freePort'

const host = '127.0.0.1'

describe('freePort', () => {
  const server = createServer()
  let taken = 0

  beforeAll(async () => {
    await new Promise<void>((done) => void server.listen(0, host, done))
    taken = (server.address() as AddressInfo).port
  })
  afterAll(() => void server.close())

  test('a taken port gives way to a later one, unless somebody insists on it', async () => {
    expect(await freePort(host, taken, false)).toBeGreaterThan(taken)
    expect(await freePort(host, taken, true)).toBe(`Port ${taken} is taken. Set PORT to a free one.`)
  })

  test('0 is any port, and the answer says which', async () => {
    expect(await freePort(host, 0, true)).toBeGreaterThan(1023)
  })

  test('an address that is not of this machine is not called taken', async () => {
    expect(await freePort('192.0.2.1', 8080, false)).toMatch(/^192\.0\.2\.1:8080 cannot be used \(EADDRNOTAVAIL\)\. Set HOST/)
  })
})
