import { resolve } from 'node:path'
import { type EmbeddedGround, embeddedGround } from './embedded'
import type { FaultRow } from './fault'
import { faults } from './faults'
import { Provider } from './provider'
import { plantedBugs } from './rows/planted'
import { runFault } from './story'
import { peopleOf } from './town'

/** The short form of `npm run faults` in one process: kill -9 over a small fan-out, and the proof that the checker sees. */
const root = resolve(__dirname, '../..')

// Usually a few seconds each; a machine that is busy with other tests takes a multiple.
jest.setTimeout(240_000)

const providers: Provider[] = []
const newProvider = async (): Promise<Provider> => {
  const provider = await new Provider().start()
  providers.push(provider)
  return provider
}

let ground: EmbeddedGround | undefined
const open = async () => (ground ??= await embeddedGround(root, peopleOf(400, ['TELEGRAM']), await newProvider()))

afterAll(async () => {
  await ground?.close()
  for (const provider of providers) await provider.stop()
})

test('three kills in the middle of a fan-out: nothing is lost, few come twice', async () => {
  const kill = faults.find(({ id }) => id === 'kill') as FaultRow
  const row = await runFault(await open(), kill)
  expect(row).toMatchObject({ broken: [], lost: 0, orderViolations: 0, afterExpiry: 0 })
  expect(row.bound).toBeGreaterThan(0)
})

test('each planted bug is seen, by its law', async () => {
  const town = await open()
  const seen = plantedBugs.map(async (bug) => ({ bug, row: await runFault(town.with(await newProvider()), bug) }))
  for (const { bug, row } of await Promise.all(seen)) {
    const law = expect.stringMatching(`^${bug.seenAs} × `) as unknown
    expect({ bug: bug.id, broken: row.broken }).toEqual({ bug: bug.id, broken: expect.arrayContaining([law]) as unknown })
  }
})
