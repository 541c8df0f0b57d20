import { bench as latency } from './latency'
import { bench as log } from './log'
import { bench as matchEmbedded } from './matchEmbedded'
import type { BenchRow } from './row'
import { bench as start } from './start'

/**
 * npm run bench -- [NAME…] [--json]: figures on standard output, progress on standard error. Ours and the baseline are measured in the same run:
 * read the ratio, the machine is noisy.
 */
const benches: Readonly<Record<string, () => Promise<BenchRow[]>>> = { latency, log, 'match-embedded': matchEmbedded, start }

async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json')
  const names = argv.filter((a) => a !== '--json')
  const unknown = names.filter((n) => !benches[n])
  if (unknown.length > 0 || argv.includes('--help')) {
    process.stderr.write(`Usage: npm run bench -- [NAME…] [--json]\nNames: ${Object.keys(benches).join(', ')}\n`)
    return 2
  }
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    for (const row of (await benches[name]?.()) ?? []) process.stdout.write(json ? `${JSON.stringify(row)}\n` : `${asText(row)}\n`)
  }
  return 0
}

const number = (n: number): string => (n >= 100 ? Math.round(n).toLocaleString('en') : n.toPrecision(3))

function asText(r: BenchRow): string {
  const figures = `${number(r.ours)} ${r.unit}, baseline ${number(r.baseline)}, ratio ${number(r.ratio)}`
  return `${r.bench.padEnd(28)} ${figures}   p50 ${number(r.p50)} p99 ${number(r.p99)}   ${r.note}`
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  },
)
