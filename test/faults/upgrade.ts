import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { OneProcess } from './embedded'
import type { ResultRow } from './fault'
import { type Ground, inspect, publishRiders, untilApplied } from './ground'
import type { Provider } from './provider'
import { Run, type Truth } from './run'
import { judged } from './story'
import { type Person, peopleOf, writeConfig } from './town'

/** The build that wrote the log, and the folder of its name under recorded/. */
export const recordedBy = '1035f8d'

/** Only by Telegram: an endpoint's URL is sealed in the log, with a port that may be taken today. */
const people = (): Person[] => peopleOf(400, ['TELEGRAM'])
/** Slow enough to be stopped in the middle; the later build may hurry. */
const slowPerSecond = 25
const perSecond = 200
const clockName = 'clock'

interface Recorded extends Truth {
  /** Epoch ms of the end of the recording: there the clock of the later build goes on. */
  readonly endedAtMs: number
}

const folderOf = (root: string): string => join(root, 'test/faults/recorded', recordedBy)
const truthName = 'truth.json.gz'

/** With the earlier build under `oldRoot`: loads the riders, issues the notices, and stops when half have heard. Keeps log, store and truth. */
export async function record(oldRoot: string, intoRoot: string, provider: Provider): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'linienfunk-recording-'))
  const system = new OneProcess(oldRoot, writeConfig({ folder, provider: provider.url(), perSecond: slowPerSecond }), join(folder, 'home'))
  try {
    mkdirSync(system.home)
    const platform = await inspect(join(folder, 'linienfunk.yaml'), system.home)
    await publishRiders(platform, people(), provider.url())
    await platform.close()
    await system.start()
    await untilApplied(system, people())
    const run = new Run(groundOf(oldRoot, provider, system), system, 0)
    await run.issue()
    await run.untilShare(0.5)
    await system.stop()
    keep(folderOf(intoRoot), system.home, { ...run.truth(), endedAtMs: Date.now() })
  } finally {
    system.destroy()
    rmSync(folder, { recursive: true, force: true })
  }
}

function keep(into: string, home: string, truth: Recorded): void {
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  const files = readdirSync(home).filter((name) => /^(bus|store)\.db(-wal)?$/.test(name))
  for (const name of files) writeFileSync(join(into, `${name}.gz`), gzipSync(readFileSync(join(home, name)), { level: 9 }))
  writeFileSync(join(into, truthName), gzipSync(JSON.stringify(truth), { level: 9 }))
}

/** This build opens what the earlier one has left behind, at the hour at which it stopped: all is told to its end, and nothing twice. */
export async function runUpgrade(root: string, provider: Provider): Promise<ResultRow> {
  const folder = mkdtempSync(join(tmpdir(), 'linienfunk-upgrade-'))
  const recorded = JSON.parse(gunzipSync(readFileSync(join(folderOf(root), truthName))).toString('utf8')) as Recorded
  const system = new OneProcess(root, writeConfig({ folder, provider: provider.url(), perSecond }), join(folder, 'home'))
  restore(folderOf(root), system.home)
  const clockFile = join(system.home, clockName)
  writeFileSync(clockFile, String(recorded.endedAtMs - Date.now()))
  provider.reset()
  const run = new Run(groundOf(root, provider, system), system, 0)
  run.adopt(recorded)
  try {
    return await judged(run, { id: 'upgrade', modes: ['embedded'], lasting: () => ({ clockFile }) }, finish)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function restore(from: string, home: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(from).filter((n) => /^(bus|store)/.test(n)))
    writeFileSync(join(home, name.slice(0, -3)), gunzipSync(readFileSync(join(from, name))))
}

async function finish(run: Run, withinMs: number): Promise<void> {
  if (!(await run.settled(withinMs))) throw new Error(`what was begun was not told to its end: ${Math.round(run.share() * 100)} %`)
  await run.update()
  await run.settled(withinMs)
  await run.clear()
  if (!(await run.settled(withinMs))) throw new Error('the all-clear did not come to rest')
}

const groundOf = (root: string, provider: Provider, system: OneProcess): Ground => ({
  mode: 'embedded',
  root,
  people: people(),
  provider,
  begin: async () => system,
  close: async () => undefined,
})
