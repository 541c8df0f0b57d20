import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { realClock } from '#service/realClock'

const root = resolve(__dirname, '../..')
const main = join(root, 'dist/apps/all-in-one/main.js')

/** The built application (dist) or npm as a process of its own, with what it printed. */
export class RunningApp {
  out = ''
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  private hasEnded = false

  private constructor(
    readonly child: ChildProcess,
    private readonly port: number | undefined,
  ) {
    child.stdout?.on('data', (bytes: Buffer) => (this.out += bytes.toString()))
    child.stderr?.on('data', (bytes: Buffer) => (this.out += bytes.toString()))
    this.ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
      this.hasEnded = true
      return code ?? signal ?? 'unknown'
    })
  }

  static start(args: readonly string[], env: { readonly home: string; readonly port?: number }): RunningApp {
    return new RunningApp(launch(process.execPath, [main, ...args], env), env.port)
  }

  static npmStart(env: { readonly home: string; readonly port: number }): RunningApp {
    return new RunningApp(launch('npm', ['start'], env), env.port)
  }

  /** The address: of the port it was given, else of the one that it says. */
  url(): string {
    const said = /running:\s+(http:\S+)/.exec(this.out)?.[1]
    return this.port ? `http://127.0.0.1:${this.port}` : (said ?? 'http://not.yet')
  }

  async ready(): Promise<this> {
    await this.until(30, async () => (await fetch(`${this.url()}/health/ready`)).ok)
    return this
  }

  async json<T>(path: string): Promise<T> {
    return (await fetch(this.url() + path)).json() as Promise<T>
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | string> {
    this.child.kill(signal)
    return this.ended
  }

  /** What `find` finds; fails with the output when the process ends or the time is over. */
  async until<T>(seconds: number, find: () => Promise<T | undefined | false>): Promise<T> {
    const end = realClock.elapsed() + seconds * 1000
    while (!this.hasEnded && realClock.elapsed() < end) {
      const found = await find().catch(() => undefined)
      if (found) return found
      await realClock.sleep(25)
    }
    throw new Error(`${this.hasEnded ? 'it ended before' : `not within ${seconds} s`}: ${find.toString()}\n${this.out}`)
  }
}

function launch(command: string, args: readonly string[], { home, port }: { readonly home: string; readonly port?: number }): ChildProcess {
  const env: NodeJS.ProcessEnv = { ...process.env, LINIENFUNK_HOME: home, LOG_LEVEL: 'warn', ...(port && { PORT: String(port) }) }
  if (!port) delete env.PORT
  return spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

export function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => found(port))
    })
  })
}

const homes: string[] = []

export function freshHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'linienfunk-home-'))
  homes.push(home)
  return home
}

export function removeHomes(): void {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true })
}
