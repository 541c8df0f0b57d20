import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { available, start } from '../../tools/brokers.mjs'
import { move } from '#apps/all-in-one/migrate/move'
import { runMigrate } from '#apps/all-in-one/migrate/migrate'
import { runTopics } from '#apps/all-in-one/topics'
import { unsubscribed } from '#apps/gateway/riders/edits'
import { embeddedBus } from '#bus/embedded'
import { kafkaIntake } from '#bus/kafka/intake'
import { kafkaBus } from '#bus/kafka/kafkaBus'
import { riders } from '#bus/topics'
import { keysFrom, masterSecret } from '#service/keys'
import { realClock } from '#service/realClock'
import { embeddedStore } from '#store/embedded'
import { redisStore } from '#store/redis/redisStore'
import type { Store } from '#store/ports'
import { Phone, type Parts, ahead, delayOf, deskOf, operator, say, startTown, subscribe, twoLines, until, untilQuiet } from './liveTown'

const missing = available()
const why = missing.kafka ?? missing.redis
if (why !== undefined && !process.env.REQUIRE_BROKERS) console.warn(`migrate: skipped. ${why}`)
const suite = why === undefined || process.env.REQUIRE_BROKERS ? describe : describe.skip

const chats = Array.from({ length: 40 }, (_, i) => 100 + i)

/** A town of one process in the middle of an alert, moved to Kafka and Redis with the command, after a run that was broken off. */
suite('migrate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'linienfunk-migrate-'))
  const home = join(folder, 'home')
  const config = join(folder, 'new.yaml')
  const keyFile = join(folder, 'keys', 'address.key')
  const phone = new Phone()
  let parts: Awaited<ReturnType<typeof start>>
  const brokers = () => parts.kafka?.brokers ?? []
  const cluster = () => ({ brokers: brokers(), prefix: 'moved.', clock: realClock })
  const openRedis = () => redisStore({ servers: { url: parts.redis?.url ?? '' }, nowMs: realClock.now, clock: realClock })

  beforeAll(async () => {
    parts = await start({ kafka: 1, redis: 1 })
    writeFileSync(config, configuration(brokers(), parts.redis?.url ?? '', keyFile))
  }, 240_000)

  afterAll(async () => {
    await parts?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 30_000)

  test('the town of one process: one alert over, one half told, one not yet handled', async () => {
    const town = await embeddedTown()
    await twoLines(town.bus)
    const running = await startTown(town)
    const desk = deskOf(town)
    await Promise.all(chats.map((chat) => subscribe(desk, chat)))
    await say(town.bus, delayOf('over'))
    await until(() => phone.accepted.length === chats.length)
    await untilQuiet(town.store)
    await say(town.bus, delayOf('over', { closing: true }))
    await until(() => phone.accepted.length === 2 * chats.length)
    await untilQuiet(town.store)
    const half = phone.accepted.length + chats.length / 2
    phone.may = () => phone.accepted.length < half
    await say(town.bus, delayOf('half'))
    await until(() => phone.accepted.length === half)
    await running.stop()
    // Nobody handles these any more: an edit, and what is said.
    const late = await town.store.riders.byId(operator, (await desk.findByAddress(addressOf(100)))?.id ?? '')
    const record = riders.codec.decode((late as { record: Buffer }).record)
    await town.bus.append('riders', [{ partitionBy: `${operator}/${record.id}`, key: `${operator}/${record.id}`, value: riders.codec.encode({ ...record, language: 'de' }) }]) // prettier-ignore
    await say(town.bus, delayOf('unhandled'))
    await town.close()
  }, 120_000)

  test('is moved by the command, also after a run that was broken off in either phase', async () => {
    for (const fails of ['startAt', 'writeChunks'] as const) await expect(brokenOff(fails)).rejects.toThrow('broken off')
    const { code, text } = await run(() => runMigrate(['--config', config], sink.out, sink.err))
    expect(text).toContain(`riders             ${chats.length} in Redis`)
    expect(text).toContain(`was copied to ${keyFile}`)
    expect(code).toBe(0)
    const again = await run(() => runMigrate(['--config', config], sink.out, sink.err))
    expect(again).toMatchObject({ code: 0, text: expect.stringContaining('moved already') })
    const topics = await run(() => runTopics(['--config', config], sink.out, sink.err))
    expect(topics.text.match(/^there {2}moved\./gm)?.length).toBe(9)
  }, 120_000)

  test('another folder is refused: the target is not empty', async () => {
    const [intake, store] = [await kafkaIntake(cluster()), await openRedis()]
    const moved = await move({ ...moveParts(intake, store), home: folder })
    expect(moved).toMatchObject({ kind: 'refused', message: expect.stringContaining('Redis holds') })
    await Promise.all([intake.close(), store.close()])
  }, 30_000)

  test('and goes on there: the rest is told, nothing twice, the all-clear reaches everybody, riders change what they get', async () => {
    phone.may = () => true
    const clock = ahead(15 * 60_000)
    const keys = keysFrom(masterSecret(keyFile))
    const bus = await kafkaBus(cluster())
    const store = await openRedis()
    const town: Parts = { bus, store, keys, net: phone, clock }
    const running = await startTown(town)
    try {
      await until(() => phone.accepted.length === 4 * chats.length)
      await untilQuiet(store)
      const desk = deskOf(town)
      const rider = await desk.findByAddress(addressOf(100))
      expect(rider?.language).toBe('de')
      await desk.change(operator, rider?.id ?? '', (r) => unsubscribed(r, ['line:tram-3']))
      expect((await desk.findByAddress(addressOf(100)))?.subscriptions).toEqual([])
      const fresh = await subscribe(desk, 999, 'tram-1')
      expect(fresh?.number).toBeGreaterThan(chats.length)
      await say(bus, delayOf('half', { closing: true }), delayOf('unhandled', { closing: true }))
      await until(() => chats.slice(1).every((chat) => phone.byChat().get(chat)?.length === 6))
      await untilQuiet(store)
      await say(bus, delayOf('later'), delayOf('elsewhere', { line: 'tram-1' }))
      await until(() => chats.slice(1).every((chat) => phone.byChat().get(chat)?.length === 7) && phone.byChat().has(999))
      await realClock.sleep(1000)
      const told = phone.byChat()
      // Who has unsubscribed the line meanwhile hears no more of it.
      expect(told.get(100)?.length).toBe(4)
      expect(told.get(999)?.length).toBe(1)
      expect(chats.slice(1).filter((chat) => told.get(chat)?.length !== 7)).toEqual([])
    } finally {
      await running.stop()
      await Promise.all([bus.close(), store.close()])
    }
  }, 240_000)

  const sink = {
    text: '',
    out: { write: (text: string) => void (sink.text += text) },
    err: { write: (text: string) => void (sink.text += text) },
  }

  async function run(command: () => Promise<number>): Promise<{ code: number; text: string }> {
    sink.text = ''
    process.env.LINIENFUNK_HOME = home
    const code = await command().finally(() => delete process.env.LINIENFUNK_HOME)
    return { code, text: sink.text }
  }

  async function embeddedTown(): Promise<Parts & { close(): Promise<void> }> {
    mkdirSync(home)
    const bus = embeddedBus(join(home, 'bus.db'), realClock)
    const store = embeddedStore(join(home, 'store.db'), realClock.now)
    const keys = keysFrom(masterSecret(join(home, 'address.key')))
    return { bus, store, keys, net: phone, close: () => bus.close().then(() => store.close()) }
  }

  /** A run whose process ends in the first call of this name. */
  async function brokenOff(fails: 'startAt' | 'writeChunks'): Promise<unknown> {
    const [intake, store] = [await kafkaIntake(cluster()), await openRedis()]
    const parts = moveParts(
      fails === 'startAt' ? { ...intake, startAt: broken } : intake,
      fails === 'writeChunks' ? { ...store, cohorts: { ...store.cohorts, writeChunks: broken } } : store,
    )
    return move(parts).finally(() => Promise.all([intake.close(), store.close()]))
  }

  const moveParts = (intake: Awaited<ReturnType<typeof kafkaIntake>>, store: Store) => ({
    home,
    target: `${brokers().join(',')} moved. ${new URL(parts.redis?.url ?? '').host}`,
    intake,
    openBus: () => kafkaBus(cluster()),
    store,
    clock: realClock,
    say: () => {},
  })
})

const broken = () => Promise.reject(new Error('broken off'))
const addressOf = (chat: number) => ({ operator, channel: 'TELEGRAM', address: String(chat) }) as const

const configuration = (brokers: readonly string[], redis: string, keyFile: string): string => `
kafka: { brokers: [${brokers.map((b) => `'${b}'`).join(', ')}], prefix: 'moved.' }
redis: { url: '${redis}' }
keyFile: '${keyFile}'
operators:
  - id: ${operator}
    name: Lindenau
    languages: [de, en]
    timetable: { url: 'http://127.0.0.1:9/gtfs.zip' }
    feeds: [{ id: trips, url: 'http://127.0.0.1:9/trips.pb' }]
`
