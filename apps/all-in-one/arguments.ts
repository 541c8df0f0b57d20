import { parseArgs } from 'node:util'
import { scenarios } from '../simulator/scenarios'

export interface ServeOptions {
  /** A configuration file; undefined: the demo. */
  readonly config: string | undefined
  readonly scenario: string
  readonly seed: string
  readonly speed: number
}

export type ParsedArguments =
  | { readonly kind: 'serve'; readonly options: ServeOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly message: string }

export const serveUsage = `Usage: npm start -- [options]

Without options: the demo, a simulated city with a built-in phone.
  --config FILE     connect real operators instead (see linienfunk.example.yaml)
  --scenario NAME   the demo's story: ${scenarios.join(', ')}   (default breakdown)
  --seed TEXT       another city day; the same seed gives the same run   (default 1)
  --speed N         tell the story N times as fast, 0.1 to 20   (default 1)
  --help

Environment: PORT (default 8080, else the next free one), HOST (127.0.0.1), LINIENFUNK_HOME (.linienfunk), LOG_LEVEL (info).
Other commands, each with --help:
  npm run replay         plays recorded feeds and prints what riders would have been told
  npm run dead-letters   lists what could not be delivered, and tries it again
  npm run migrate        moves a state folder to Kafka and Redis
  npm run topics         makes the Kafka topics that are missing`

export function parseServeArguments(argv: readonly string[]): ParsedArguments {
  const options = {
    config: { type: 'string' },
    scenario: { type: 'string' },
    seed: { type: 'string' },
    speed: { type: 'string' },
    help: { type: 'boolean' },
  } as const
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true })
    if (values.help) return { kind: 'help' }
    return checked({
      config: values.config,
      scenario: values.scenario ?? 'breakdown',
      seed: values.seed ?? '1',
      speed: Number(values.speed ?? 1),
    })
  } catch (error) {
    return { kind: 'fault', message: (error as Error).message }
  }
}

function checked(options: ServeOptions): ParsedArguments {
  if (!scenarios.some((s) => s === options.scenario)) {
    return { kind: 'fault', message: `There is no scenario "${options.scenario}". Use one of: ${scenarios.join(', ')}` }
  }
  if (!(options.speed >= 0.1 && options.speed <= 20)) return { kind: 'fault', message: '--speed is a number from 0.1 to 20' }
  return { kind: 'serve', options }
}
