import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { available, start } from '../../tools/brokers.mjs'

/**
 * Every stage as a process of its own on a real Kafka and a real Redis, the city and the phone as another: from the feed to the messenger,
 * and on after one stage was killed. What all-in-one does in one process, the same modules do in six.
 */
const stages = ['ingest', 'detect', 'match', 'send', 'gateway'] as const
type Stage = (typeof stages)[number]

const missing = available()
const why = missing.kafka ?? missing.redis
if (why !== undefined && !process.env.REQUIRE_BROKERS) console.warn(`stages on Kafka and Redis: skipped. ${why}`)
const suite = why === undefined || process.env.REQUIRE_BROKERS ? describe : describe.skip

suite('stages on Kafka and Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'linienfunk-stages-'))
  const running = new Map<string, ChildProcess>()
  const said: string[] = []
  let parts: Awaited<ReturnType<typeof start>> | undefined
  let city = ''
  let config = ''

  beforeAll(async () => {
    parts = await start({ kafka: 1, redis: 1 })
    const port = await freePort()
    city = `http://127.0.0.1:${port}`
    config = join(folder, 'linienfunk.yaml')
    writeFileSync(join(folder, 'address.key'), randomBytes(32))
    writeFileSync(config, configuration(city, parts.kafka?.brokers ?? [], parts.redis?.url ?? ''))
    for (const stage of stages) await launchStage(stage)
    // Its story begins with it: on a busy machine it would be over before the last stage is ready.
    launch('simulator', [], { PORT: String(port), LINIENFUNK_HOME: join(folder, 'outside'), SPEED: '2' })
    await until(() => answers(`${city}/health/ready`))
  }, 240_000)

  afterAll(async () => {
    for (const child of running.values()) child.kill('SIGKILL')
    await parts?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 30_000)

  test('an alert comes, and after a kill of the sender the all-clear, each once', async () => {
    await until(async () => (await told()).some((text) => /^Tram 3.*(late|später)/.test(text)))
    running.get('send')?.kill('SIGKILL')
    await launchStage('send')
    await until(async () => (await told()).filter((text) => /^(All clear|Störung beendet)/.test(text)).length >= 2)
    const texts = await told()
    const firsts = texts.filter((text) => /^Tram 3.*(late|später)/.test(text))
    expect(new Set(firsts).size).toBe(2)
    expect(texts.filter((text) => /^(All clear|Störung beendet)/.test(text)).length).toBe(2)
  }, 180_000)

  test('each stage stops when it is told to', async () => {
    const gone = stages.map((stage) => {
      const child = running.get(stage) as ChildProcess
      return new Promise<number | null>((resolve) => child.once('exit', resolve))
    })
    for (const stage of stages) running.get(stage)?.kill('SIGTERM')
    expect(await Promise.all(gone)).toEqual(stages.map(() => 0))
  }, 60_000)

  async function launchStage(stage: Stage): Promise<void> {
    const port = await freePort()
    launch(stage, ['--config', config], { PORT: String(port), LINIENFUNK_HOME: join(folder, stage) })
    await until(() => answers(`http://127.0.0.1:${port}/health/ready`))
  }

  function launch(name: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
    const child = spawn(process.execPath, ['--enable-source-maps', `dist/apps/${name}/main.js`, ...args], {
      env: { ...process.env, ...env },
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => said.push(`${name}: ${text.toString()}`))
    running.set(name, child)
  }

  async function told(): Promise<string[]> {
    const messages = (await (await fetch(`${city}/phone/messages.json`)).json()) as { text: string }[]
    return messages.map((m) => m.text)
  }

  async function until(holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (await holds().catch(() => false)) return
      await sleep(200)
    }
    throw new Error(`It did not come to pass.\n${said.join('').slice(-6000)}`)
  }
})

const answers = (url: string): Promise<boolean> => fetch(url).then((r) => r.ok)

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

const configuration = (city: string, brokers: readonly string[], redis: string): string => `
kafka: { brokers: [${brokers.map((b) => `'${b}'`).join(', ')}] }
redis: { url: '${redis}' }
keyFile: address.key
operators:
  - id: lindenau
    name: Lindenau
    languages: [de, en]
    timetable: { url: '${city}/city/lindenau/gtfs.zip' }
    feeds: [{ id: trip-updates, url: '${city}/city/lindenau/trip-updates.pb', every: 5s, staleAfter: 90s }]
    channels: { telegram: { bot: linienfunk_lindenau_bot, token: '${telegramToken}', apiRoot: '${city}/phone' } }
    policy: { default: auto }
    allowPrivateAddresses: true
    detection: { feedsToClose: 2, updateAfter: 20s }
`
const telegramToken = '1001:demo-lindenau-is-no-secret'
