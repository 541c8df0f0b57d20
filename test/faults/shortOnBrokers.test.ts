import { resolve } from 'node:path'
import type { FaultRow } from './fault'
import { faults } from './faults'
import type { Ground } from './ground'
import { Provider } from './provider'
import { missingBrokers, scaledOutGround } from './scaledOut'
import { runFault } from './story'
import { peopleOf } from './town'

/** The short form of `npm run faults` on a real Kafka and a real Redis. */
const root = resolve(__dirname, '../..')
const provider = new Provider()
let ground: Ground | undefined

beforeAll(() => provider.start())
afterAll(async () => {
  await ground?.close()
  await provider.stop()
}, 60_000)

test('a sender is killed three times: nothing is lost, few come twice', async () => {
  const missing = await missingBrokers(root)
  if (missing !== undefined && !process.env.REQUIRE_BROKERS) return console.warn(`faults on Kafka and Redis: skipped. ${missing}`)
  ground = await scaledOutGround(root, peopleOf(400), provider, 1)
  const row = await runFault(ground, faults.find(({ id }) => id === 'kill-send') as FaultRow)
  expect(row).toMatchObject({ broken: [], lost: 0, orderViolations: 0, afterExpiry: 0 })
}, 400_000)
