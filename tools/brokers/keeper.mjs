// The child that holds the servers of one start(): it starts and ends them on request, and when its standard input closes (the parent has
// ended, however) it kills them all and removes their folder. Says `{"folder"}` first; then one JSON line a request and an answer.
import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const folder = mkdtempSync(join(tmpdir(), 'linienfunk-brokers-'))
const servers = new Map()
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

const acts = {
  /** Answers at once; an `exited` line follows when it ends, with what it had said. */
  start({ name, command, args, env }) {
    const log = join(folder, `${name}.log`)
    const out = openSync(log, 'a')
    const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', out, out] })
    servers.set(name, child)
    const ended = (code) => {
      if (servers.get(name) === child) servers.delete(name)
      say({ exited: name, pid: child.pid, code, log: readFileSync(log, 'utf8').slice(-2000) })
    }
    child.on('exit', (code, signal) => ended(code ?? signal))
    child.on('error', (error) => ended(String(error)))
    return child.pid
  },
  signal({ name, signal }) {
    return servers.get(name)?.kill(signal) ?? false
  },
  /** Answers when it is gone. */
  kill({ name, signal = 'SIGKILL' }) {
    const child = servers.get(name)
    if (!child) return false
    return new Promise((resolve) => {
      child.on('exit', () => resolve(true))
      child.kill(signal)
    })
  },
}

say({ folder })
createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const request = JSON.parse(line)
    say({ id: request.id, answer: await acts[request.act](request) })
  })
  .on('close', () => {
    for (const child of servers.values()) child.kill('SIGKILL')
    endWhenGone()
  })

function endWhenGone() {
  if (servers.size > 0) return setTimeout(endWhenGone, 10)
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}

// A terminal's Ctrl-C reaches the whole group: the end comes with the input, after the parent has had its own.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
// Nobody reads any more: the input closes too.
process.stdout.on('error', () => {})
