import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { RunningApp, freePort, freshHome, removeHomes } from '../../pipeline/runningApp'

jest.setTimeout(60_000)

const running: RunningApp[] = []
const start = (args: readonly string[], env: { readonly home: string; readonly port?: number }) => {
  const app = RunningApp.start(args, env)
  running.push(app)
  return app
}

afterAll(async () => {
  await Promise.all(running.map((app) => app.kill()))
  removeHomes()
})

describe('the running application', () => {
  const env = { home: freshHome(), port: 0 }
  let app: RunningApp

  beforeAll(async () => {
    env.port = await freePort()
    app = await start([], env).ready()
  })

  test('keeps a second process out of its folder, and names the folder', async () => {
    const second = start([], { ...env, port: await freePort() })
    expect(await second.ended).toBe(1)
    expect(second.out).toMatch(/^FOLDER_LOCKED/m)
    expect(second.out).toContain(env.home)
  })

  test('with PORT, a taken one is a fault that says what to do; nothing is written', async () => {
    const home = join(freshHome(), 'never')
    const other = start([], { home, port: env.port })
    expect(await other.ended).toBe(1)
    expect(other.out.trim()).toBe(`Port ${env.port} is taken. Set PORT to a free one.`)
    expect(existsSync(home)).toBe(false)
  })

  test('says nothing but its banner and its log when all is well', () => {
    expect(app.out).not.toMatch(/"level":[56]0/)
  })

  test('ends with 0 on SIGTERM, with a long poll and a stream open, and leaves the folder to the next', async () => {
    const stream = await fetch(`${app.url()}/api/v1/operators/lindenau/live`)
    const began = Date.now()
    expect(await app.kill('SIGTERM')).toBe(0)
    expect(Date.now() - began).toBeLessThan(10_000)
    await stream.body?.cancel().catch(() => undefined)
    const next = await start([], env).ready()
    // As a terminal does it: the signal comes to the application itself, and again from the script that started it.
    void next.kill('SIGINT')
    expect(await next.kill('SIGINT')).toBe(0)
  })
})

test('without PORT, a taken 8080 moves it on to the next free port, which it prints', async () => {
  const taken = createServer()
  await new Promise<void>((done) => {
    taken.once('error', () => done())
    taken.listen(8080, '127.0.0.1', done)
  })
  const app = await start([], { home: freshHome() }).ready()
  expect(Number(new URL(app.url()).port)).toBeGreaterThan(8080)
  expect(await app.kill('SIGTERM')).toBe(0)
  await new Promise((done) => taken.close(done))
})

test('a configuration with faults exits with 78 and lists them all, each with its line and its fix', async () => {
  const home = freshHome()
  const file = join(home, 'city.yaml')
  const faulty = `operators:
  - id: City
    name: City
    timetable: { file: gtfs.zip }
    feeds: [{ id: trips, url: ftp://x }]
    policy: { default: loud }
    staff: [{ name: desk, token: short }]
`
  writeFileSync(file, faulty)
  const app = start(['--config', file], { home })
  expect(await app.ended).toBe(78)
  const lines = app.out.trim().split('\n')
  expect(lines[0]).toBe('configuration: 4 problems')
  for (const [where, line] of [
    ['operators[0].id', 2],
    ['operators[0].feeds[0].url', 5],
    ['operators[0].policy.default', 6],
    ['operators[0].staff[0].token', 7],
  ] as const) {
    expect(lines).toContainEqual(expect.stringContaining(`✗ ${where} (${file}:${line}): `))
  }
})

test('a faulty option exits with 2 and shows the usage', async () => {
  const app = start(['--speed', 'fast'], { home: freshHome() })
  expect(await app.ended).toBe(2)
  expect(app.out).toMatch(/^--speed is a number from 0\.1 to 20\n\nUsage: npm start/)
})

test('npm start: when npm alone is told to stop, the application under it stops too', async () => {
  const app = RunningApp.npmStart({ home: freshHome(), port: await freePort() })
  running.push(app)
  await app.ready()
  app.child.kill('SIGTERM')
  const isGone = () =>
    fetch(`${app.url()}/health/live`).then(
      () => false,
      () => true,
    )
  const end = Date.now() + 15_000
  while (!(await isGone()) && Date.now() < end) await new Promise((next) => setTimeout(next, 100))
  expect(await isGone()).toBe(true)
})
