import { bench as http } from './http'
import { bench as kafkaClients } from './kafkaClients'
import { bench as latency } from './latency'
import { bench as latencyKafka } from './latencyKafka'
import { bench as log } from './log'
import { bench as matchEmbedded } from './matchEmbedded'
import { bench as matchRedis } from './matchRedis'
import { bench as memory } from './memory'
import type { BenchOptions } from './options'
import type { BenchRow } from './row'
import { bench as queue } from './queue'
import { bench as rebuild } from './rebuild'
import { bench as scale } from './scale'
import { bench as start } from './start'

/**
 * npm run bench -- [NAME…] [--full] [--json]: figures on standard output, progress on standard error. Ours and the baseline are measured in the
 * same run: read the ratio, the machine is noisy.
 */
const benches: Readonly<Record<string, (options: BenchOptions) => Promise<BenchRow[]>>> = {
  'kafka-clients': kafkaClients,
  http,
  latency,
  'latency-kafka': latencyKafka,
  log,
  'match-embedded': matchEmbedded,
  'match-redis': matchRedis,
  memory,
  queue,
  rebuild,
  scale,
  start,
}

const flags = ['--json', '--full']

async function main(argv: readonly string[]): Promise<number> {
  const [json, full] = flags.map((flag) => argv.includes(flag))
  const names = argv.filter((a) => !flags.includes(a))
  const unknown = names.filter((n) => !benches[n])
  if (unknown.length > 0 || argv.includes('--help')) {
    process.stderr.write(`Usage: npm run bench -- [NAME…] [--full] [--json]\nNames: ${Object.keys(benches).join(', ')}\n`)
    return 2
  }
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    for (const row of (await benches[name]?.({ full: full ?? false })) ?? []) {
      process.stdout.write(json ? `${JSON.stringify(row)}\n` : `${asText(row)}\n`)
    }
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
