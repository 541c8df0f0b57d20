import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { exitOnSignals } from './atExit'
import type { FaultRow, ResultRow } from './fault'
import { faults } from './faults'
import { embeddedGround } from './embedded'
import type { Ground, Mode } from './ground'
import { Provider } from './provider'
import { missingBrokers, scaledOutGround } from './scaledOut'
import { onTheirOwn, ownNames } from './onTheirOwn'
import { asTable, merged, textOf } from './results'
import { runFault } from './story'
import { peopleOf } from './town'

/**
 * npm run faults -- [--only ID,…] [--mode embedded|kafka+redis] [--riders N] [--long] [--soak MINUTES] [--json]: the fault list over a town whose
 * riders hear an alert, an update and an all-clear. The table goes to standard output, progress to standard error. Exits 1 when a law is broken.
 */
const options = {
  only: { type: 'string' },
  mode: { type: 'string' },
  riders: { type: 'string' },
  kafka: { type: 'string' },
  long: { type: 'boolean', default: false },
  soak: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** Repetitions of each fault, and of the ten random kills of each mode: 200 kills in all, with --long. */
const longRepeats = 3
const longRandomRepeats = 10
/** Each hears an alert, perhaps an update, and an all-clear: 20,000 sends and more. */
const usualRiders = 10_000
const root = join(__dirname, '../../..')

type Options = ReturnType<typeof parseArgs<{ options: typeof options; strict: true }>>['values']

async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options, strict: true })
  if (values.help) return say(`Usage: npm run faults -- [--only ID,…] [--mode embedded|kafka+redis] [--riders N] [--kafka 1|3] [--long] [--soak MINUTES] [--json]\nFaults: ${allNames().join(', ')}`) // prettier-ignore
  const provider = await new Provider().start()
  const results: ResultRow[] = []
  try {
    for (const mode of ['embedded', 'kafka+redis'] as const) {
      if (values.mode !== undefined && values.mode !== mode) continue
      results.push(...(await inMode(mode, values, provider)))
    }
    results.push(...(await onTheirOwn(root, values, provider, progress)))
  } finally {
    await provider.stop()
  }
  if (!values.json) process.stdout.write(asTable(results))
  return results.length > 0 && results.every((r) => r.broken.length === 0) ? 0 : 1
}

async function inMode(mode: Mode, values: Options, provider: Provider): Promise<ResultRow[]> {
  const rows = chosen(mode, values)
  const missing = mode === 'embedded' ? undefined : await missingBrokers(root)
  if (missing !== undefined) progress(`kafka+redis: skipped. ${missing}`)
  if (missing !== undefined || rows.length === 0) return []
  progress(`${mode}: riders are loaded …`)
  const people = peopleOf(Number(values.riders ?? usualRiders))
  const kafkaNodes = values.kafka === '1' ? 1 : 3
  const ground =
    mode === 'embedded' ? await embeddedGround(root, people, provider) : await scaledOutGround(root, people, provider, kafkaNodes)
  try {
    return values.soak === undefined ? await eachOnce(ground, rows, values) : await soak(ground, rows, Number(values.soak) * 60_000, values)
  } finally {
    await ground.close()
  }
}

function chosen(mode: Mode, { only, long, soak }: Options): FaultRow[] {
  const names = only?.split(',')
  const unknown = names?.filter((name) => !allNames().includes(name)) ?? []
  if (unknown.length > 0) throw new Error(`There is no fault ${unknown.join(', ')}. See --help`)
  return faults.filter((f) => f.modes.includes(mode) && (names ? names.includes(f.id) : !f.long || long || soak !== undefined))
}

async function eachOnce(ground: Ground, rows: readonly FaultRow[], values: Options): Promise<ResultRow[]> {
  const results: ResultRow[] = []
  for (const row of rows) {
    const why = row.missing?.()
    if (why !== undefined) progress(`${row.id}: skipped. ${why}`)
    if (why !== undefined) continue
    const repeats = values.long ? (row.id === 'random-kills' ? longRandomRepeats : longRepeats) : 1
    results.push(await repeated(ground, row, repeats, values))
  }
  return results
}

async function repeated(ground: Ground, row: FaultRow, repeats: number, { json }: Options): Promise<ResultRow> {
  let result: ResultRow | undefined
  for (let i = 0; i < repeats; i++) {
    const next = await runFault(ground, row)
    progress(textOf(next))
    result = result ? merged(result, next) : next
  }
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
  return result as ResultRow
}

/** One fault after the other, by lot, until the time is over. */
async function soak(ground: Ground, rows: readonly FaultRow[], ms: number, values: Options): Promise<ResultRow[]> {
  const end = Date.now() + ms
  const results: ResultRow[] = []
  const may = rows.filter((row) => row.missing?.() === undefined)
  while (Date.now() < end) results.push(await repeated(ground, may[Math.floor(Math.random() * may.length)] as FaultRow, 1, values))
  return [...Map.groupBy(results, (r) => r.fault).values()].map((own) => own.reduce(merged))
}

const allNames = (): string[] => [...faults.map((f) => f.id), ...ownNames]

const progress = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

exitOnSignals()
main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  },
)
