import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HealthObservation } from '../laws/history'
import { atExit } from './atExit'

export interface Launch {
  readonly name: string
  /** Of the repository: where dist is. */
  readonly root: string
  /** Under dist/apps. */
  readonly app: string
  readonly config: string
  readonly home: string
  /** What the preload does (preload.cjs) at the first start; later starts get only what is in `lasting`. */
  readonly fault?: Fault
  readonly lasting?: Fault
}

export interface Fault {
  readonly crash?: { readonly point: string; readonly nth: number }
  readonly plant?: string
  readonly clockFile?: string
  readonly deadly?: string
}

const lookEveryMs = 250
const silentAfterMs = 5000
const deathMs = 500
const restartMs = 100
const readyWithinMs = 120_000
const stopWithinMs = 30_000

/** A process under test, as something that watches it would run it: started again when it ends; its health is asked for all the time. */
export class Process {
  readonly observations: HealthObservation[] = []
  /** How often it was started. */
  starts = 0
  private child: ChildProcess | undefined
  private ended: Promise<number | string> = Promise.resolve(0)
  private port = 0
  private said = ''
  /** Whether an exit or a silence now is the harness' doing. */
  private asked = false
  private frozen = false
  /** Told to end: it may stop answering at once. */
  private leaving = false
  private stopping = false
  private up = false
  private watching: Promise<void> | undefined

  constructor(private readonly launch: Launch) {}

  get name(): string {
    return this.launch.name
  }

  url = (): string => `http://127.0.0.1:${this.port}`
  output = (): string => this.said

  async start(): Promise<this> {
    this.port = await freePort()
    this.spawn()
    this.watching = this.watch()
    await this.ready()
    return this
  }

  async ready(): Promise<void> {
    const end = Date.now() + readyWithinMs
    while (Date.now() < end) {
      const ok = await ask(`${this.url()}/health/ready`, silentAfterMs)
      if (ok) return
      await sleep(50)
    }
    throw new Error(`${this.name} is not ready:\n${this.said.slice(-3000)}`)
  }

  /** Ends it at once; it is started again. */
  async kill(): Promise<void> {
    this.asked = this.leaving = true
    this.child?.kill('SIGKILL')
    await this.ended
  }

  /** Ends it as an upgrade would, and waits until it is back. */
  async restart(): Promise<void> {
    this.asked = this.leaving = true
    const before = this.starts
    this.child?.kill('SIGTERM')
    await this.ended
    while (this.starts === before) await sleep(20)
    await this.ready()
  }

  async freeze(ms: number): Promise<void> {
    this.frozen = true
    this.child?.kill('SIGSTOP')
    await sleep(ms)
    this.child?.kill('SIGCONT')
    await sleep(silentAfterMs / 5)
    this.frozen = false
  }

  /** For good. Answers its exit code, or the signal that it took. */
  async stop(): Promise<number | string> {
    this.stopping = this.asked = true
    this.child?.kill('SIGTERM')
    const hard = setTimeout(() => this.child?.kill('SIGKILL'), stopWithinMs)
    const code = await this.ended
    clearTimeout(hard)
    await this.watching
    return code
  }

  /** Whatever happens: nothing stays behind. */
  destroy(): void {
    this.stopping = this.asked = true
    this.child?.kill('SIGKILL')
  }

  private spawn(): void {
    const { root, app, config, home, fault, lasting } = this.launch
    const first = this.starts++ === 0
    const FAULT = JSON.stringify({ root, ...lasting, ...(first && fault) })
    const preload = ['--require', join(root, 'test/faults/preload.cjs')]
    const args = ['--no-warnings', '--enable-source-maps', ...preload, join(root, `dist/apps/${app}/main.js`), '--config', config]
    const env = { ...process.env, PORT: String(this.port), LINIENFUNK_HOME: home, LOG_LEVEL: process.env.FAULTS_LOG ?? 'error', FAULT }
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => this.hear(text))
    // A planned crash is asked for; so is nothing else.
    this.asked = first && (fault?.crash !== undefined || fault?.plant !== undefined || lasting?.deadly !== undefined)
    if (lasting?.deadly !== undefined) this.asked = true
    this.up = this.leaving = false
    this.child = child
    const forget = atExit(() => child.kill('SIGKILL'))
    child.once('exit', forget)
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 0)))
    void this.ended.then((exit) => this.exited(exit))
  }

  private hear(text: Buffer): void {
    this.said = (this.said + text.toString('utf8')).slice(-20_000)
    if (process.env.FAULTS_LOG) process.stderr.write(`${this.name}: ${text.toString('utf8')}`)
  }

  private async exited(exit: number | string): Promise<void> {
    this.note({ exit })
    this.up = false
    if (this.stopping) return
    await sleep(restartMs)
    if (!this.stopping) this.spawn()
  }

  private async watch(): Promise<void> {
    while (!this.stopping) {
      await sleep(lookEveryMs)
      if (this.isExcused()) continue
      const { child } = this
      const answered = await ask(`${this.url()}/health/live`, silentAfterMs)
      // What is just dying does not answer, and its exit is noted a moment later.
      if (!answered) await sleep(deathMs)
      if (child !== this.child || this.isExcused() || child?.exitCode !== null || child.signalCode !== null) continue
      if (answered) this.up = true
      if (this.up) this.note(answered ? 'answered' : 'silent')
    }
  }

  private isExcused = (): boolean => this.frozen || this.leaving || this.stopping

  private note(saw: HealthObservation['saw']): void {
    this.observations.push({ process: this.name, atMs: Date.now(), saw, asked: this.asked && typeof saw === 'object' })
  }
}

const ask = (url: string, withinMs: number): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(withinMs) }).then(
    async (answer) => (await answer.text(), answer.ok),
    () => false,
  )

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
