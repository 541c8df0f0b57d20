import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/**
 * A keeper (keeper.mjs) with its folder. `run(name, command, args)` starts a server and answers {pid, exited: Promise<{code, log}>};
 * `signal(name, 'SIGSTOP')`; `kill(name, 'SIGTERM')` resolves when it is gone; `exit(server)` waits for
 * it; `end()` kills everything and removes the folder. It does not keep this process alive.
 */
export async function keep() {
  const child = spawn(process.execPath, [fileURLToPath(new URL('keeper.mjs', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const answers = new Map()
  const exits = new Map()
  const gone = new Promise((resolve) => child.on('exit', resolve))
  const answered = ({ id, answer }) => {
    answers.get(id)(answer)
    answers.delete(id)
    if (answers.size === 0) child.stdout.unref()
  }
  const folder = await new Promise((resolve, reject) => {
    child.on('error', reject)
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text)
      if (line.folder) resolve(line.folder)
      else if (line.exited) exits.get(line.pid)?.(line)
      else answered(line)
    })
  })
  for (const handle of [child, child.stdin, child.stdout]) handle.unref()

  let last = 0
  const ask = (request) =>
    new Promise((resolve) => {
      const id = ++last
      answers.set(id, resolve)
      child.stdout.ref()
      child.stdin.write(`${JSON.stringify({ id, ...request })}\n`)
    })
  const run = async (name, command, args, env) => {
    // The end of a server that cannot even be started must find its listener: it has no process id.
    const exited = new Promise((resolve) => exits.set(undefined, resolve))
    const pid = await ask({ act: 'start', name, command, args, env })
    return { pid, exited: pid === undefined ? exited : new Promise((resolve) => exits.set(pid, resolve)) }
  }
  const signal = (name, signal) => ask({ act: 'signal', name, signal })
  const kill = (name, signal) => ask({ act: 'kill', name, signal })
  /** Waits for its end, keeping this process alive meanwhile. */
  const exit = async (server) => {
    child.ref()
    child.stdout.ref()
    return server.exited
  }
  const end = () => {
    child.stdin.end()
    child.ref()
    return gone
  }
  return { folder, run, signal, kill, exit, end }
}
