import { createClient } from 'redis'
import { available, start } from '../../tools/brokers.mjs'
import { createTopics } from '#bus/kafka/createTopics'
import { kafkaBus } from '#bus/kafka/kafkaBus'
import { keysFrom } from '#service/keys'
import { realClock } from '#service/realClock'
import { generationOf } from '#store/complete'
import { redisStore } from '#store/redis/redisStore'
import { Phone, type Parts, delayOf, deskOf, operator, say, startTown, subscribe, twoLines, until } from './liveTown'

const missing = available()
const why = missing.kafka ?? missing.redis
if (why !== undefined && !process.env.REQUIRE_BROKERS) console.warn(`Redis lost: skipped. ${why}`)
const suite = why === undefined || process.env.REQUIRE_BROKERS ? describe : describe.skip

const chats = Array.from({ length: 40 }, (_, i) => 100 + i)
const address = (chat: number) => ({ operator, channel: 'TELEGRAM', address: String(chat) }) as const

/** Fault 15: Redis loses everything while an alert is being told. Kafka has what it needs, and nothing is restarted. */
suite('Redis lost', () => {
  let parts: Awaited<ReturnType<typeof start>>
  const phone = new Phone()
  phone.refusal = 429

  beforeAll(async () => {
    parts = await start({ kafka: 1, redis: 1 })
  }, 240_000)
  afterAll(() => parts?.stop(), 30_000)

  test.each([
    ['FLUSHALL', flushAll],
    ['FLUSHALL, and killed the moment after', killed],
  ])(
    '%s while an alert is told: everybody is reached, subscriptions are whole, what comes twice is counted',
    async (name, lose) => {
      const cluster = { brokers: parts.kafka?.brokers ?? [], prefix: `${name.length}.`, clock: realClock }
      await createTopics(cluster)
      const bus = await kafkaBus(cluster)
      const open = () =>
        redisStore({ servers: { url: parts.redis?.url ?? '' }, nowMs: realClock.now, clock: realClock, prefix: cluster.prefix })
      const [store, watching] = [await open(), await open()]
      const town: Parts = { bus, store, keys: keysFrom(Buffer.alloc(32, 3)), net: phone }
      await twoLines(bus)
      const running = await startTown(town)
      try {
        const desk = deskOf(town)
        await Promise.all(chats.map((chat, i) => subscribe(desk, chat, i % 4 ? 'tram-3' : 'tram-1')))
        const own = chats.filter((_, i) => i % 4)
        phone.accepted.length = 0
        phone.may = () => phone.accepted.length < own.length / 2
        await say(bus, delayOf('d1'))
        await until(() => phone.accepted.length >= own.length / 2)
        const generation = await generationOf(watching.state)
        await lose()
        await until(async () => ![undefined, generation].includes(await generationOf(watching.state)), 40_000)
        phone.may = () => true
        await until(() => own.every((chat) => phone.byChat().has(chat)), 60_000)
        expect([...phone.byChat().values()].filter((texts) => texts.length > 2)).toEqual([])
        expect(await store.pages.size(`${operator}/line:tram-3`)).toBe(own.length)
        expect(await store.riders.size(operator)).toBe(chats.length)
        expect((await desk.findByAddress(address(100)))?.subscriptions.map((s) => s.scope)).toEqual(['line:tram-1'])
        expect((await subscribe(desk, 999, 'tram-1'))?.number).toBeGreaterThan(chats.length)
        await say(bus, delayOf('d1', { closing: true }))
        await until(() => own.every((chat) => /clear/i.test(phone.byChat().get(chat)?.at(-1) ?? '')), 60_000)
        expect(chats.filter((_, i) => i % 4 === 0 && phone.byChat().has(100 + i))).toEqual([])
      } finally {
        await running.stop()
        await Promise.all([bus.close(), store.close(), watching.close()])
      }
    },
    150_000,
  )

  async function flushAll(): Promise<void> {
    const admin = await createClient({ url: parts.redis?.url }).connect()
    await admin.flushAll()
    admin.destroy()
  }

  async function killed(): Promise<void> {
    await flushAll()
    await parts.redis?.kill?.(0)
    await parts.redis?.start?.(0)
  }
})
