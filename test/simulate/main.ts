import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { inThreads } from './pool'
import { plantedBugs } from './plants'
import { addReached, asText, reportOf } from './report'
import { judgedFrom, neverReached } from './sometimes'

const usage = `Usage: npm run simulate -- [--seeds A..B] [--json] [--trace] [--reached]
  --seeds    which ones, 1..200 unless said otherwise
  --json     one object a seed, and a summary, on standard output
  --trace    every step of each seed
  --bug=NAME plants a bug into the product, to see that it is found: ${Object.keys(plantedBugs).join('; ')}
  --reached  how often each path was taken\n`

/** 0: all laws held. 1: one was broken, or a path was never reached. 2: wrong arguments. */
async function main(argv: readonly string[]): Promise<number> {
  const seeds = seedsOf(argv)
  if (!seeds) {
    process.stderr.write(usage)
    return 2
  }
  const [json, trace] = [argv.includes('--json'), argv.includes('--trace')]
  const reached = new Map<string, number>()
  const began = performance.now()
  const failed: number[] = []
  let [intents, duplicates, crashes, done] = [0, 0, 0, 0]
  await inThreads(seeds, availableParallelism(), { trace, bug: bugOf(argv) }, (outcome) => {
    const report = reportOf(outcome)
    addReached(reached, outcome)
    done++
    intents += report.intents
    duplicates += report.duplicates
    crashes += report.crashes
    if (!report.ok) failed.push(report.seed)
    if (trace && !('broken' in outcome)) process.stdout.write(`${outcome.trace.join('\n')}\n`)
    if (json) process.stdout.write(`${JSON.stringify(report)}\n`)
    else if (!report.ok) process.stdout.write(`${asText(report)}\n`)
    if (!json && done % 50 === 0) process.stderr.write(`${done} of ${seeds.length} …\n`)
  })
  const missing = seeds.length >= judgedFrom ? neverReached(reached) : []
  const seconds = Math.round((performance.now() - began) / 100) / 10
  const summary = {
    seeds: seeds.length,
    failed: failed.toSorted((a, b) => a - b),
    neverReached: missing,
    intents,
    duplicates,
    crashes,
    seconds,
  }
  const paths = argv.includes('--reached') ? { reached: Object.fromEntries([...reached].sort(([a], [b]) => (a < b ? -1 : 1))) } : {}
  process.stdout.write(json ? `${JSON.stringify({ summary: { ...summary, ...paths } })}\n` : textOf(summary))
  if (!json && paths.reached) process.stdout.write(`${JSON.stringify(paths.reached, undefined, 1)}\n`)
  return failed.length + missing.length > 0 ? 1 : 0
}

function textOf(s: {
  seeds: number
  failed: readonly number[]
  neverReached: readonly string[]
  intents: number
  duplicates: number
  crashes: number
  seconds: number
}): string {
  const paths = s.neverReached.length > 0 ? `never reached: ${s.neverReached.join(', ')}\n` : ''
  const seeds = `${s.seeds} ${s.seeds === 1 ? 'seed' : 'seeds'}, ${s.failed.length} failed${s.failed.length > 0 ? ` (${s.failed.join(', ')})` : ''}`
  return `${paths}${seeds}: ${s.crashes} crashes, ${s.intents} intents, ${s.duplicates} copies; ${s.seconds} s\n`
}

/** `--bug=NAME` plants one of plants.ts: the seeds are to fail. */
const bugOf = (argv: readonly string[]): string | undefined => argv.find((a) => a.startsWith('--bug='))?.slice('--bug='.length)

/** undefined: not to be understood. */
function seedsOf(argv: readonly string[]): number[] | undefined {
  try {
    const options = {
      seeds: { type: 'string', default: '1..200' },
      json: { type: 'boolean' },
      trace: { type: 'boolean' },
      reached: { type: 'boolean' },
      bug: { type: 'string' },
    } as const
    const { values } = parseArgs({ args: [...argv], options, strict: true })
    const [, first, last = first] = /^(\d+)(?:\.\.(\d+))?$/.exec(values.seeds) ?? []
    const from = Number(first)
    return Number.isInteger(from) && Number(last) >= from ? Array.from({ length: Number(last) - from + 1 }, (_, i) => from + i) : undefined
  } catch {
    return undefined
  }
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = 1
  },
)
