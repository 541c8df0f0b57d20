import { resolve } from 'node:path'
import { Provider } from './provider'
import { recordedBy, runUpgrade } from './upgrade'

const provider = new Provider()
beforeAll(() => provider.start())
afterAll(() => provider.stop())

test(`what ${recordedBy} has half sent, this build tells to its end, and nothing twice`, async () => {
  const row = await runUpgrade(resolve(__dirname, '../..'), provider)
  expect(row).toMatchObject({ broken: [], lost: 0, duplicates: 0, orderViolations: 0, afterExpiry: 0 })
}, 240_000)
