import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export type StageName = 'match' | 'send'

/** Stages as processes of their own, as in production; their state folders lie in `home`. */
export class Stages {
  private readonly running: { readonly name: StageName; readonly child: ChildProcess }[] = []

  constructor(
    private readonly config: string,
    private readonly home: string,
  ) {}

  /** Resolves when it is ready. */
  async start(name: StageName): Promise<void> {
    const port = await freePort()
    const home = join(this.home, `${name}-${this.running.length}`)
    mkdirSync(home)
    const env = { ...process.env, PORT: `${port}`, LINIENFUNK_HOME: home, LOG_LEVEL: 'fatal' }
    const args = ['--enable-source-maps', `dist/apps/${name}/main.js`, '--config', this.config]
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
    this.running.push({ name, child })
    // Whatever ends the benchmark, its stages end with it.
    process.once('exit', () => child.kill('SIGKILL'))
    for (let tries = 0; !(await isReady(port)); tries++) {
      if (child.exitCode !== null || tries > 600) throw new Error(`${name} did not get ready`)
      await sleep(100)
    }
  }

  count = (name: StageName): number => this.running.filter((one) => one.name === name).length

  /** Processor seconds of all processes of a stage so far; 0 where the system does not tell. */
  cpuSeconds(name: StageName): number {
    return this.running.filter((one) => one.name === name).reduce((sum, { child }) => sum + cpuSecondsOf(child.pid as number), 0)
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.running.map(async ({ child }) => {
        if (child.exitCode !== null) return
        child.kill('SIGTERM')
        await once(child, 'exit')
      }),
    )
  }
}

/** /proc/PID/stat counts in hundredths of a second. */
function cpuSecondsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return 0
  }
}

const isReady = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health/ready`).then((answer) => answer.ok, () => false) // prettier-ignore

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
