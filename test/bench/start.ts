import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchRow } from './row'

const rounds = 3

/** Time from `npm start` to ready when everything is installed and built, and the memory of the idle demo; the baseline is a bare Node process. */
export async function bench(): Promise<BenchRow[]> {
  const runs: { readyMs: number; megabytes: number }[] = []
  for (let i = 0; i < rounds; i++) runs.push(await demoOnce())
  const bare = await bareNode()
  const ready = runs.map((r) => r.readyMs).sort((a, b) => a - b)
  const memory = runs.map((r) => r.megabytes).sort((a, b) => a - b)
  const row = (bench: string, values: number[], baseline: number, unit: string, note: string): BenchRow => {
    const ours = values[Math.floor(values.length / 2)] as number
    return { bench, ours, baseline, ratio: ours / baseline, unit, p50: ours, p99: values.at(-1) as number, note }
  }
  return [
    row('start', ready, bare.readyMs, 'ms', `npm start to ready, installed; baseline: npm start of an empty script; ${rounds} runs`),
    row('start-memory', memory, bare.megabytes, 'MB', 'resident set of the demo 20 s after ready; baseline: an idle Node'),
  ]
}

async function demoOnce(): Promise<{ readyMs: number; megabytes: number }> {
  const home = mkdtempSync(join(tmpdir(), 'linienfunk-bench-'))
  const port = await unusedPort()
  const from = performance.now()
  const child = spawn('npm', ['start'], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, PORT: String(port), LINIENFUNK_HOME: home },
  })
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null || performance.now() - from > 120_000) throw new Error('npm start did not become ready')
      await sleep(20)
    }
    const readyMs = performance.now() - from
    await sleep(20_000)
    return { readyMs, megabytes: residentMegabytes(groupPids(child)) }
  } finally {
    await stopGroup(child)
    rmSync(home, { recursive: true, force: true })
  }
}

async function bareNode(): Promise<{ readyMs: number; megabytes: number }> {
  const from = performance.now()
  const once = spawn('npm', ['--version'], { stdio: 'ignore' })
  await new Promise((resolve) => once.on('exit', resolve))
  const readyMs = performance.now() - from
  const idle = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' })
  await sleep(500)
  const megabytes = residentMegabytes([idle.pid as number])
  idle.kill('SIGKILL')
  return { readyMs, megabytes }
}

const isReady = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health/ready`).then(
    (r) => r.ok,
    () => false,
  )

function unusedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** The process that holds the application: the largest of the group that npm leads. */
function groupPids(leader: ChildProcess): number[] {
  const children = (pid: number): number[] => {
    try {
      const own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
      return own.flatMap((p) => [p, ...children(p)])
    } catch {
      return []
    }
  }
  return children(leader.pid as number)
}

function residentMegabytes(pids: readonly number[]): number {
  const of = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  return Math.max(...pids.map(of))
}

async function stopGroup(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.on('exit', resolve))
  process.kill(-(child.pid as number), 'SIGTERM')
  await Promise.race([gone, sleep(15_000)])
  try {
    process.kill(-(child.pid as number), 'SIGKILL')
  } catch {
    /* it has gone */
  }
}
