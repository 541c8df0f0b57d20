import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const program = resolve('dist/apps/all-in-one/main.js')

/** The built application with the demo, in a process group and a state folder of its own. */
export interface Application {
  readonly url: string
  /** Opens Lindenau's control room. */
  readonly token: string
  /** What the built-in phone received from `chat`'s bots, oldest first. */
  messages(chat: number): Promise<string[]>
  stop(): Promise<void>
}

export async function startApplication(...options: readonly string[]): Promise<Application> {
  if (!existsSync(program)) throw new Error('The application is not built. Run: npm run build')
  const home = mkdtempSync(join(tmpdir(), 'linienfunk-browser-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1', LINIENFUNK_HOME: home, LOG_LEVEL: 'warn' }
  const child = spawn(process.execPath, ['--enable-source-maps', program, ...options], { env, detached: true })
  const said = collect(child)
  const stop = async () => {
    await end(child)
    rmSync(home, { recursive: true, force: true })
  }
  try {
    const token = await until(() => /token: (\S+)/.exec(said())?.[1], 'its banner', child, said)
    await until(() => isReady(url), 'GET /health/ready', child, said)
    return { url, token, messages: (chat) => messagesOf(url, chat), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function messagesOf(url: string, chat: number): Promise<string[]> {
  const all = (await (await fetch(`${url}/phone/messages.json`)).json()) as { chat: number; text: string }[]
  return all.filter((m) => m.chat === chat).map((m) => m.text)
}

const isReady = async (url: string) => (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok || undefined

function collect({ stdout, stderr }: ChildProcess): () => string {
  let text = ''
  for (const stream of [stdout, stderr]) stream?.setEncoding('utf8').on('data', (piece: string) => (text = (text + piece).slice(-20_000)))
  return () => text
}

/** What `look` finds, within a minute; a process that ends meanwhile says why. */
async function until<T>(look: () => T | Promise<T>, what: string, child: ChildProcess, said: () => string): Promise<NonNullable<T>> {
  const end = Date.now() + 60_000
  while (Date.now() < end) {
    const found = await look()
    if (found) return found
    if (child.exitCode !== null) throw new Error(`The application ended with ${child.exitCode} before ${what}:\n${said()}`)
    await sleep(100)
  }
  throw new Error(`The application did not come to ${what} within a minute:\n${said()}`)
}

/** Asks it to stop; after ten seconds, its whole group is killed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  await Promise.race([ended, sleep(10_000, undefined, { ref: false })])
  if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), 'SIGKILL')
  await ended
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
