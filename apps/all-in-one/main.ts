import 'reflect-metadata'
import { runDeadLetters } from './deadLetters'
import { serve } from './serve'
import { runMigrate } from './migrate/migrate'
import { runReplay } from './replay/replay'
import { runTopics } from './topics'
import { parseServeArguments, serveUsage } from './arguments'

/** By the first word; each returns its exit code. */
const commands: Readonly<Record<string, (argv: readonly string[], out: NodeJS.WriteStream, err: NodeJS.WriteStream) => Promise<number>>> = {
  replay: runReplay,
  'dead-letters': runDeadLetters,
  migrate: runMigrate,
  topics: runTopics,
}

/** The command line: `npm start`, or a command. Data goes to stdout, talk to stderr; 0 well, 1 failed, 2 usage, 78 configuration. */
async function main(argv: readonly string[]): Promise<number> {
  const command = commands[argv[0] ?? '']
  if (command) return command(argv.slice(1), process.stdout, process.stderr)
  const parsed = parseServeArguments(argv)
  if (parsed.kind === 'help') return say(serveUsage, 0)
  if (parsed.kind === 'fault') return say(`${parsed.message}\n\n${serveUsage}`, 2)
  return serve(parsed.options)
}

function say(text: string, code: number): number {
  ;(code === 0 ? process.stdout : process.stderr).write(`${text}\n`)
  return code
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)
