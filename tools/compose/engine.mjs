import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { root } from '../node24.mjs'

const run = promisify(execFile)
/** No single command of Docker takes longer: a first build installs all packages. */
const longestMs = 15 * 60_000

export const say = (text) => console.log(text)

/** Docker as functions over arguments that answer what was printed; an error says what Docker said. */
export function engine(project, env) {
  const docker = async (...args) => {
    try {
      return (await run('docker', args, { cwd: root, env, timeout: longestMs, maxBuffer: 2 ** 26 })).stdout.trim()
    } catch (error) {
      const said = `${error.stderr ?? ''}`.trim().split('\n').slice(-25).join('\n')
      throw new Error(`docker ${args.join(' ')}: ${said || error.message}`, { cause: error })
    }
  }
  return { docker, compose: (...args) => docker('compose', '--project-name', project, ...args) }
}

/** Does it and says how long it took. */
export async function step(name, does) {
  const from = performance.now()
  const answer = await does()
  say(`✓ ${name} · ${((performance.now() - from) / 1000).toFixed(1)} s`)
  return answer
}

/** What `holds` answers as soon as that is true; throws after so many seconds. */
export async function until(seconds, holds) {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(250)) {
    const answer = await holds().catch(() => undefined)
    if (answer) return answer
  }
  throw new Error(`It did not come to pass in ${seconds} s: ${holds}`)
}
