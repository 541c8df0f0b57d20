import { RunningApp, freePort, freshHome, removeHomes } from './runningApp'

jest.setTimeout(100_000)

interface Message {
  readonly at: string
  readonly chat: number
  readonly text: string
}

interface Truth {
  readonly at: string
  readonly incidents: readonly { readonly id: string; readonly end: string }[]
}

const isClear = (m: Message) => /^Störung beendet|^All clear/.test(m.text)
const isUpdate = (m: Message) => m.text.startsWith('Update')
const isTold = (m: Message) => /^(Update: |Störung beendet: |All clear: )?Tram 3 /.test(m.text)

/** What was told of tram 3, to both. */
const told = async (run: RunningApp) => (await run.json<Message[]>('/phone/messages.json')).filter(isTold)

/** The first incident, and the time now: ISO. */
async function incident(run: RunningApp) {
  const { at, incidents } = await run.json<Truth>('/city/truth.json')
  return { at, end: incidents.find((i) => i.id.endsWith('-0-tram-3'))?.end ?? '' }
}

let app: RunningApp | undefined

afterAll(async () => {
  await app?.kill()
  removeHomes()
})

/** Anna and Ben ride tram 3; the story blocks it once. Time goes on while the process is dead. */
test('killed before the alert, in its second, after it, and before the all-clear: both are told both, at most what was in flight twice', async () => {
  const env = { home: freshHome(), port: await freePort() }
  const start = async () => (app = await RunningApp.start(['--speed', '3'], env).ready())

  let run = await start()
  await run.until(20, async () => (await run.json<Message[]>('/phone/messages.json')).filter((m) => /Tram 3/.test(m.text)).length >= 2)
  expect(await told(run)).toEqual([])
  await run.kill()

  run = await start()
  await run.until(40, async () => (await told(run)).length > 0)
  await run.kill()

  run = await start()
  await run.until(20, async () => new Set((await told(run)).map((m) => m.chat)).size === 2)
  const before = await told(run)
  await run.kill()

  run = await start()
  expect((await told(run)).slice(0, before.length)).toEqual(before)
  const { end } = await incident(run)
  await run.until(60, async () => (await incident(run)).at > end)
  await run.kill()

  run = await start()
  await run.until(40, async () => new Set((await told(run)).filter(isClear).map((m) => m.chat)).size === 2)
  expect(await run.kill('SIGTERM')).toBe(0)

  run = await start()
  const all = await told(run)
  for (const chat of [1001, 1002]) {
    const own = all.filter((m) => m.chat === chat)
    const alerts = own.filter((m) => !isClear(m) && !isUpdate(m))
    expect(alerts.length).toBeGreaterThanOrEqual(1)
    // Two of the kills fall into the seconds in which it is told: each may come before its mark is durable.
    expect(alerts.length).toBeLessThanOrEqual(3)
    expect(own.filter(isClear)).toHaveLength(1)
    expect(own.findIndex(isClear)).toBe(own.length - 1)
    expect(Date.parse(own.at(-1)?.at ?? '')).toBeGreaterThan(Date.parse(end))
  }
})
