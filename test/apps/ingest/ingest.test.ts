import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryBus } from '#bus/memory'
import type { Bus } from '#bus/bus'
import { lines as linesTopic, observations as observationsTopic } from '#bus/topics'
import { timezoneKey } from '#domain/operator'
import type { Observation } from '#domain/observation'
import { createNet } from '#service/net'
import { seededRandom } from '#service/randoms'
import type { FeedSettings, OperatorSettings, Settings } from '#service/settings'
import { VirtualClock } from '#service/virtualClock'
import { memoryStore } from '#store/memory'
import { FeedPoller } from '#apps/ingest/feedPoller'
import { Ingest } from '#apps/ingest/ingest'
import { LinesTopic } from '#apps/ingest/linesTopic'
import { Vehicles } from '#gtfs/vehicles'
import pino from 'pino'
import { feedOf, late, tripUpdate } from '../../libs/gtfs/feedOf'
import { smallTown, smallTownZip } from '../../libs/gtfs/smallTown'
import { FeedHost } from './feedHost'

const start = Date.parse('2026-01-16T08:50:00Z')

class Town {
  readonly host = new FeedHost()
  readonly clock = new VirtualClock(start)
  readonly net = createNet()
  readonly bus: Bus = memoryBus(this.clock)
  readonly store = memoryStore(this.clock.now)
  readonly home = mkdtempSync(join(tmpdir(), 'ingest-'))
  private readonly running: Ingest[] = []

  async open(): Promise<void> {
    await this.host.start()
    this.host.put('/gtfs.zip', smallTownZip())
    this.feed(0, 60)
  }

  /** The feed as of so many seconds after the start: tram t1 late by so much. */
  feed(seconds: number, delay: number): void {
    this.host.put('/tu.pb', feedOf(start / 1000 + seconds, [tripUpdate({ tripId: 't1', startDate: '20260116' }, [late(10, delay)])]))
  }

  settings(more: Partial<OperatorSettings> = {}): Settings {
    const feed = {
      id: 'tu',
      url: this.host.url('/tu.pb'),
      headers: {},
      everyMs: 30_000,
      timeoutMs: 5000,
      maxBytes: 2 ** 20,
      staleAfterMs: 300_000,
    }
    const timetable = { url: this.host.url('/gtfs.zip'), file: undefined, headers: {}, refreshMs: 3_600_000 }
    const operator = {
      id: 'st',
      name: 'Small Town',
      timetable,
      feeds: [feed],
      allowPrivateAddresses: true,
      ...more,
    } as unknown as OperatorSettings
    return { home: this.home, operators: [operator] } as unknown as Settings
  }

  run(more: Partial<OperatorSettings> = {}, bus = this.bus, seed = 'one'): Ingest {
    const ports = { bus, store: this.store, clock: this.clock, random: seededRandom(seed), net: this.net, log: pino({ level: 'silent' }) }
    const ingest = new Ingest(this.settings(more), ports)
    ingest.onApplicationBootstrap()
    this.running.push(ingest)
    return ingest
  }

  /** Lets virtual time pass until something is so; real sockets answer meanwhile. */
  async until<T>(find: () => Promise<T | undefined>, stepMs = 0): Promise<T> {
    for (let turn = 0; turn < 400; turn++) {
      const found = await find()
      if (found !== undefined) return found
      await this.clock.advance(stepMs)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    throw new Error('it never came')
  }

  async told(): Promise<Observation[]> {
    const found: Observation[] = []
    const follower = await this.bus.follow(
      observationsTopic.name,
      ({ records }) => void found.push(...records.map((r) => observationsTopic.codec.decode(r.value as Uint8Array))),
    )
    await follower.caughtUp()
    await follower.stop()
    return found
  }

  /** The ticks so far, once there are so many. */
  ticks(count: number, stepMs = 0) {
    return this.until(async () => {
      const ticks = (await this.told()).flatMap((o) => (o.kind === 'tick' ? [o.tick] : []))
      return ticks.length >= count ? ticks : undefined
    }, stepMs)
  }

  async frames() {
    return (await this.told()).flatMap((o) => (o.kind === 'frame' ? [o.frame] : []))
  }

  async lines(): Promise<{ written: string[]; erased: string[] }> {
    const found = { written: [] as string[], erased: [] as string[] }
    const follower = await this.bus.follow(linesTopic.name, ({ records }) => {
      for (const { key, value } of records) (value ? found.written : found.erased).push(key as string)
    })
    await follower.caughtUp()
    await follower.stop()
    return found
  }

  async close(): Promise<void> {
    await Promise.all(this.running.map((ingest) => ingest.beforeApplicationShutdown()))
    await this.net.close()
    await this.host.stop()
    await this.bus.close()
    rmSync(this.home, { recursive: true, force: true })
  }
}

let town: Town
beforeEach(async () => {
  town = new Town()
  await town.open()
})
afterEach(() => town.close())

describe('ingest', () => {
  it('writes the lines, then frames that point into them, and one tick a poll', async () => {
    town.run()
    await town.ticks(1)
    expect((await town.lines()).written).toEqual(['st/tram-3', 'st/bus-7', 'st/bus-ring-inner'])
    expect((await town.store.state.getMany([timezoneKey('st')]))[0]?.toString()).toBe('Europe/Berlin')
    town.feed(30, 300)
    const ticks = await town.ticks(2, 10_000)
    expect(ticks.slice(0, 2).map((t) => [t.state, t.seq, t.feedTime])).toEqual([
      ['OK', 1, start / 1000],
      ['OK', 2, start / 1000 + 30],
    ])
    expect((await town.frames()).map((f) => [f.line, f.key, f.changed.map((t) => t.joined)])).toEqual([
      ['tram-3', true, [true]],
      ['tram-3', false, [true]],
    ])
  })

  it('asks whether something changed, and ticks when nothing has', async () => {
    town.run()
    await town.ticks(3, 10_000)
    expect(
      town.host.asked
        .filter((a) => a.path === '/tu.pb')
        .slice(0, 3)
        .map((a) => a.status),
    ).toEqual([200, 304, 304])
    expect(await town.frames()).toHaveLength(1)
  })

  it('says that a feed is down, held or refused, and never that its trips are gone', async () => {
    town.run()
    await town.ticks(1)
    town.host.broken.set('/tu.pb', 503)
    await town.ticks(2, 10_000)
    town.host.broken.clear()
    town.host.put('/tu.pb', Buffer.from('<html>502 Bad Gateway</html>'))
    const ticks = await town.ticks(4, 10_000)
    expect(ticks.slice(0, 4).map((t) => [t.state, t.reason])).toEqual([
      ['OK', ''],
      ['DOWN', 'FEED_REFUSED'],
      ['HELD', 'FEED_NOT_PROTOBUF'],
      ['HELD', 'FEED_NOT_PROTOBUF'],
    ])
    expect((await town.frames()).flatMap((f) => f.gone)).toEqual([])
  })

  it.each([
    [2000, 16_000, 20_000],
    [500, 8000, 10_000],
    [60_000, 96_000, 120_000],
  ])(
    'looks again at a feed of %i ms that fails for long after at most ten intervals, ten seconds or two minutes',
    async (everyMs, from, to) => {
      const feed = { ...(town.settings().operators[0]?.feeds[0] as FeedSettings), everyMs }
      town.host.broken.set('/tu.pb', 503)
      const ports = {
        bus: town.bus,
        store: town.store,
        clock: town.clock,
        random: seededRandom('one'),
        net: town.net,
        log: pino({ level: 'silent' }),
      }
      const lines = await LinesTopic.open(town.bus, 'st', ports.log)
      const poller = new FeedPoller({ operator: 'st', feed, trust: 'own', vehicles: new Vehicles(), lines }, ports)
      const pauses: number[] = []
      for (let i = 0; i < 9; i++) pauses.push(await poller.poll(new AbortController().signal))
      expect(pauses[0]).toBe(everyMs)
      expect(pauses.at(-1)).toBeGreaterThanOrEqual(from)
      expect(Math.max(...pauses)).toBeLessThanOrEqual(to)
      town.host.broken.clear()
      town.feed(30, 0)
      expect(await poller.poll(new AbortController().signal)).toBe(everyMs)
    },
  )

  it('publishes a snapshot again until the bus has taken it, before it fetches another', async () => {
    let down = false
    const real = town.bus
    const flaky: Bus = {
      append: async (topic, records) => {
        if (down && topic === observationsTopic.name) throw new Error('the broker is down')
        return real.append(topic, records)
      },
      consume: (...a) => real.consume(...a),
      follow: (...a) => real.follow(...a),
      committed: (...a) => real.committed(...a),
      close: () => real.close(),
    }
    town.run({}, flaky)
    await town.ticks(1)
    down = true
    town.feed(30, 300)
    const before = town.host.asked.length
    await town.until(async () => (town.host.asked.length > before ? true : undefined), 10_000)
    for (let i = 0; i < 20; i++) await town.until(async () => true).then(() => town.clock.advance(1000))
    town.feed(60, 900)
    const asked = town.host.asked.length
    expect(asked).toBe(before + 1)
    down = false
    await town.ticks(3, 1000)
    expect((await town.frames()).map((f) => [f.seq, f.feedTime - start / 1000])).toEqual([
      [1, 0],
      [2, 30],
      [3, 60],
    ])
  })

  it('takes a new timetable without losing the trips, and keeps the old one when the new is bad', async () => {
    const timetable = { url: town.host.url('/gtfs.zip'), file: undefined, headers: {}, refreshMs: 60_000 }
    town.run({ timetable })
    await town.ticks(1)
    town.host.put('/gtfs.zip', Buffer.from('no zip'))
    await town.ticks(4, 10_000)
    expect(await town.frames()).toHaveLength(1)
    town.host.put('/gtfs.zip', smallTownZip({ 'stops.txt': (smallTown['stops.txt'] as string).replace('Dorf', 'Neudorf') }))
    const frames = await town.until(async () => {
      const found = await town.frames()
      return found.length > 1 ? found : undefined
    }, 10_000)
    const [before, after] = frames
    expect(frames.map((f) => [f.line, f.key, f.present])).toEqual([
      ['tram-3', true, 1],
      ['tram-3', true, 1],
    ])
    expect(after?.timetable).not.toBe(before?.timetable)
    expect((await town.lines()).written.slice(3)).toEqual(['st/tram-3'])
    town.host.put('/gtfs.zip', smallTownZip({ 'routes.txt': (smallTown['routes.txt'] as string).replace('Ring, inner', 'Ring, outer') }))
    const erased = await town.until(async () => {
      const lines = await town.lines()
      return lines.erased.length > 0 ? lines.erased : undefined
    }, 10_000)
    expect(erased).toEqual(['st/bus-ring-inner'])
  })

  it('starts from the last good timetable when its server is away', async () => {
    const first = town.run()
    await town.ticks(1)
    await first.beforeApplicationShutdown()
    town.host.broken.set('/gtfs.zip', 500)
    town.run({}, town.bus, 'two')
    expect((await town.ticks(2, 1000)).at(-1)).toMatchObject({ state: 'OK', seq: 1 })
  })

  it('is done by one of two, and by the other with a higher epoch when the first ends', async () => {
    const first = town.run()
    await town.ticks(1)
    town.run({}, town.bus, 'two')
    const [one, two] = await town.ticks(2, 10_000)
    expect([two?.epoch, two?.seq]).toEqual([one?.epoch, 2])
    await first.beforeApplicationShutdown()
    const taken = await town.until(async () => {
      const last = (await town.told()).findLast((o) => o.kind === 'tick')
      return last?.kind === 'tick' && last.tick.epoch !== one?.epoch ? last.tick : undefined
    }, 10_000)
    expect([taken.epoch > (one?.epoch ?? 0), taken.seq]).toEqual([true, 1])
    expect((await town.frames()).findLast((f) => f.epoch === taken.epoch)?.key).toBe(true)
  })

  it('does not go to private addresses unless the operator allows it', async () => {
    const file = join(town.home, 'gtfs.zip')
    const { writeFileSync } = await import('node:fs')
    writeFileSync(file, smallTownZip())
    town.run({ allowPrivateAddresses: false, timetable: { url: undefined, file, headers: {}, refreshMs: 3_600_000 } })
    expect((await town.ticks(1))[0]).toMatchObject({ state: 'DOWN', reason: 'FEED_FORBIDDEN_URL' })
    expect(town.host.asked).toEqual([])
  })
})
