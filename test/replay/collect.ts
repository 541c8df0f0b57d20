import { spawnSync } from 'node:child_process'
import { runReplay } from '../../apps/all-in-one/replay/replay'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs the command in this process. */
export async function replay(...argv: string[]): Promise<Ran> {
  const [out, err]: string[][] = [[], []]
  const code = await runReplay(argv, { write: (text) => out?.push(text) }, { write: (text) => err?.push(text) })
  return { code, out: out?.join('') ?? '', err: err?.join('') ?? '' }
}

export const records = (ran: Ran): Record<string, unknown>[] =>
  ran.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

const script = `require('./dist/apps/all-in-one/replay/replay.js').runReplay(process.argv.slice(1), process.stdout, process.stderr).then((code) => { process.exitCode = code })`

/** Runs the built command in a process of its own: eight times as fast as inside Jest, for long recordings. */
export function replayBuilt(...argv: string[]): Ran {
  const ran = spawnSync(process.execPath, ['-e', script, '--', ...argv], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  return { code: ran.status ?? -1, out: ran.stdout, err: ran.stderr }
}
