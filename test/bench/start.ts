import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { progress } from './progress'
import { quantile } from './quantile'
import { type BenchRow, ratioOf } from './row'

const rounds = 3

/** Time from `npm start` to ready when everything is installed and built, and the memory of the idle demo; the baselines are npm and Node alone. */
export async function bench(): Promise<BenchRow[]> {
  const runs: { readyMs: number; megabytes: number }[] = []
  for (let i = 0; i < rounds; i++) {
    progress(`start: ${i + 1} of ${rounds}`)
    runs.push(await demoOnce())
  }
  const bare = await bareNode()
  const ready = runs.map((r) => r.readyMs)
  const memory = runs.map((r) => r.megabytes)
  return [
    row(
      'start',
      ready,
      bare.readyMs,
      'ms',
      `npm start to ready, installed and built; baseline: npm --version; ${rounds} runs, p99 is the slowest`,
    ),
    row('start-memory', memory, bare.megabytes, 'MB', 'resident set of the demo 20 s after ready; baseline: an idle Node'),
  ]
}

function row(bench: string, values: readonly number[], baseline: number, unit: string, note: string): BenchRow {
  const ours = quantile(values, 0.5)
  return { bench, ours, baseline, ratio: ratioOf('less', ours, baseline), unit, p50: ours, p99: quantile(values, 0.99), note }
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
    return { readyMs, megabytes: residentMegabytes(descendants(child.pid as number)) }
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

/** npm leads a group: its shell, the start script, the application. */
function descendants(pid: number): number[] {
  try {
    const own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
    return own.flatMap((p) => [p, ...descendants(p)])
  } catch {
    return []
  }
}

/** Of the largest of them: the application. */
const residentMegabytes = (pids: readonly number[]): number => Math.max(...pids.map(residentOf))

const residentOf = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

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
