import { execFile } from 'node:child_process'
import { join } from 'node:path'
import type { SeedReport } from './report'

export interface Said {
  readonly seeds: readonly SeedReport[]
  readonly summary: { readonly failed: readonly number[]; readonly neverReached: readonly string[] }
}

const root = join(__dirname, '../..')

/** `npm run simulate -- --json …` as anybody would run it: its worker threads use all cores. */
export function simulate(...args: readonly string[]): Promise<Said> {
  const command = [join(root, 'tools/simulate.mjs'), '--json', ...args]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { cwd: root, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
      const last = lines.pop()
      if (!last) return reject(new Error(`${error?.message ?? 'it said nothing'}\n${stderr}`))
      const { summary } = JSON.parse(last) as Said
      if (!summary) return reject(new Error(`it broke off\n${stderr}`))
      resolve({ seeds: lines.map((line) => JSON.parse(line) as SeedReport), summary })
    })
  })
}
