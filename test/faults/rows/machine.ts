import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dispatches, observations, riders } from '#bus/topics'
import type { FaultRow } from '../fault'
import type { Run } from '../run'
import { fillDisk, mountMissing } from '../fullDisk'
import { publishRiders } from '../ground'
import { operators } from '../town'

const both = ['embedded', 'kafka+redis'] as const
const hour = 3_600_000
const clockName = 'clock'
const standstillMs = 60_000

/** The wall clock jumps there and back while messages are on their way. Leases run by it: a jump may end one, as a kill would. */
const jump = (ms: number) => async (run: Run) => {
  const file = join(run.system.home, clockName)
  await run.untilShareOfAny(0.2)
  run.allowKill()
  writeFileSync(file, String(ms))
  if (!(await run.untilShareOfAny(0.6, standstillMs)))
    run.findings.push(`nothing was sent for ${standstillMs / 1000} s by a clock that had jumped`)
  writeFileSync(file, '0')
}

const clockRow = (id: string, ms: number): FaultRow => ({
  id,
  modes: both,
  lasting: (home) => ({ clockFile: join(home, clockName) }),
  before: async (run) => writeFileSync(join(run.system.home, clockName), '0'),
  inject: jump(ms),
})

/** Bytes that no topic can read, in each of them, beside good records of the same partitions. */
async function poison(run: Run, value: Buffer): Promise<void> {
  const platform = await run.system.inspect()
  const topics = [observations.name, riders.name, dispatches('WEBHOOK').name, dispatches('TELEGRAM').name]
  for (const topic of topics) {
    const records = operators.map((operator) => ({ partitionBy: operator, key: `${operator}/poison`, value }))
    await platform.bus.append(topic, records)
  }
  await platform.close()
}

/** One record that ends whoever handles it. */
async function deadly(run: Run): Promise<void> {
  const platform = await run.system.inspect()
  await platform.bus.append(observations.name, [{ partitionBy: 'anger', value: Buffer.from('\xffDEADLY', 'latin1') }])
  await platform.close()
}

/** All riders' records once more: they are applied while the notice is told, as after an import, or when a lost store is filled. */
async function ridersAgain(run: Run): Promise<void> {
  const platform = await run.system.inspect()
  await publishRiders(platform, run.people, run.provider.url())
  await platform.close()
}

export const machineFaults: readonly FaultRow[] = [
  clockRow('clock-2h-ahead', 2 * hour),
  clockRow('clock-2h-back', -2 * hour),
  { id: 'poison', modes: both, before: (run) => poison(run, Buffer.from('\xff\xffno such message', 'latin1')) },
  { id: 'riders-meanwhile', modes: both, before: ridersAgain },
  { id: 'deadly-record', modes: both, before: deadly, lasting: () => ({ deadly: 'DEADLY' }), withinSeconds: 120 },
  { id: 'full-disk', modes: ['embedded'], missing: mountMissing, given: { smallDisk: true }, inject: fillDisk },
]
