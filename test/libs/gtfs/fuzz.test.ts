import { existsSync } from 'node:fs'
import { frameFeed } from '#gtfs/frameFeed'
import type { Network } from '#gtfs/network'
import { networkOf } from '#gtfs/network'
import { loadTimetable } from '#gtfs/loadTimetable'
import { relation } from '#gtfs/descriptor'
import type { Snapshot } from '#gtfs/snapshot'
import { Snapshots } from '#gtfs/snapshots'
import { TripUpdateColumns, decodeTripUpdate } from '#gtfs/tripUpdate'
import { transit_realtime } from 'gtfs-realtime-bindings'
import { feedOf, late, tripUpdate } from './feedOf'
import { recordedFile, recordedPath } from './recorded'
import { smallTownNetwork } from './smallTown'
import { now } from './watch'

/**
 * Bytes that nobody meant, through the whole way from a body to frames. FUZZ_SECONDS=600 runs longer by hand, FUZZ_SEED=… repeats a failure.
 * Laws: nothing throws; memory stays bounded; what is told adds up; and no false all-clear: trips that the last believed snapshot had vanish
 * from a believed one only as many as it counts for itself (rejects, doubles, deletions, entities without content), and never most of them.
 */
const seconds = Number(process.env.FUZZ_SECONDS ?? 3)
const firstSeed = Number(process.env.FUZZ_SEED ?? 1)
const memoryCap = 400 * 2 ** 20

interface Seed {
  readonly name: string
  readonly bytes: Buffer
  readonly network: Network | undefined
}

type Random = (below: number) => number

/** mulberry32: one number repeats a run. */
function randomOf(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** Small enough to be mutated a thousand times a second. */
const recorded: readonly (readonly [string, string | undefined])[] = [
  ['bustang-2023/bustang.pb', 'bustang-2023/gtfs.zip'],
  ['caltrain-2023/ct-trip-updates.pb', 'caltrain-2023/gtfs.zip'],
  ['caltrain-2023/ct-vehicle-positions.pb', 'caltrain-2023/gtfs.zip'],
  ['bart-2019/trip-updates_20190528.pb', 'bart-2019/gtfs.zip'],
  ['brest-2021/bibus-brest-gtfs-rt-alerts.pb', undefined],
  ['nyct-subway/l_2024-03-22/gtfs-l-03222024-232658.pb', undefined],
]

async function seeds(): Promise<Seed[]> {
  const town = await smallTownNetwork()
  const alert = { id: 'al', alert: { headerText: { translation: [{ text: 'Stau' }] }, effect: 4, informedEntity: [{ routeId: 'R3' }] } }
  const change = {
    selectedTrips: [{ tripIds: ['t1'] }],
    modifications: [{ startStopSelector: { stopId: 'C' }, endStopSelector: { stopId: 'C' } }],
  }
  const trips = Array.from({ length: 30 }, (_, i) => ({
    ...tripUpdate({ tripId: i < 2 ? `t${i + 1}` : `x${i}`, routeId: 'R3', startDate: '20260116' }, [late(10, 60), { stopId: 'C', arrival: { time: now + i } }]),
    id: `e${i}`,
  })) // prettier-ignore
  const own = [0, 1].map((kind) => feedOf(now, [...trips, alert, { id: 'm', tripModifications: change }], kind))
  const found = recorded.filter(([path]) => existsSync(recordedPath(path)))
  if (found.length === 0) console.log('no recorded feeds: only made-up ones are mutated')
  const networks = new Map<string, Network>()
  for (const zip of new Set(found.flatMap(([, z]) => z ?? []))) {
    const loaded = await loadTimetable(recordedFile(zip))
    if (loaded.ok) networks.set(zip, networkOf('o', loaded.timetable))
  }
  return [
    ...own.map((bytes, i) => ({ name: `made up ${i}`, bytes, network: town })),
    { name: 'made up, no timetable', bytes: own[0] as Buffer, network: undefined },
    ...found.map(([path, zip]) => ({ name: path, bytes: recordedFile(path), network: zip ? networks.get(zip) : undefined })),
  ]
}

/** Mutations of bytes: they know nothing of what they hit. */
const byteMutations: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => flipped(bytes, random, 1 + random(3)),
  (bytes, random) => flipped(bytes, random, 1 + random(60)),
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => cutOut(bytes, random),
  (bytes, random) => doubled(bytes, random),
  (bytes, random) => Buffer.concat([bytes, bytes.subarray(random(bytes.length))]),
  (bytes, random) => filled(bytes, random),
]

function flipped(bytes: Buffer, random: Random, times: number): Buffer {
  const copy = Buffer.from(bytes)
  for (let i = 0; i < times; i++) copy[random(copy.length)] = random(256)
  return copy
}

function cutOut(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length)
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(200))])
}

function doubled(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length)
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + 1 + random(500)), bytes.subarray(at)])
}

/** A stretch of 0xff: the largest varints and lengths that there are. */
function filled(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes)
  const at = random(copy.length)
  return copy.fill(0xff, at, Math.min(copy.length, at + 1 + random(12)))
}

type Message = transit_realtime.FeedMessage
const one = <T>(list: readonly T[], random: Random): T | undefined => list[random(list.length)]
const oddTexts = ['', '\u0000', '\uD800', 'x'.repeat(5000), '__proto__', '99999999', '25:61:00', '-1', '#', '<b>']
const oddNumbers = [0, -1, 2 ** 31 - 1, -(2 ** 31), 1e11, 2 ** 52]

/** Mutations that keep the message a message: they hit fields. */
const messageMutations: readonly ((message: Message, random: Random) => void)[] = [
  (m, random) => void m.entity.splice(random(m.entity.length), 1 + random(m.entity.length)),
  (m, random) => void m.entity.push(...m.entity.slice(0, random(m.entity.length))),
  (m, random) => void m.entity.sort(() => random(3) - 1),
  (m, random) => void (m.header.timestamp = one(oddNumbers, random) as number),
  (m, random) => void (m.header.incrementality = random(3)),
  (m, random) => m.entity.forEach((e) => random(4) === 0 && (e.isDeleted = true)),
  (m, random) => m.entity.forEach((e) => random(3) === 0 && (e.id = one(oddTexts, random) as string)),
  (m, random) => eachTrip(m, random, (u) => Object.assign(u.trip, { tripId: one(oddTexts, random), routeId: one(oddTexts, random) })),
  (m, random) => eachTrip(m, random, (u) => Object.assign(u.trip, { startDate: one(oddTexts, random), startTime: one(oddTexts, random) })),
  (m, random) => eachTrip(m, random, (u) => Object.assign(u.trip, { scheduleRelationship: random(12) })),
  (m, random) => eachTrip(m, random, (u) => void (u.timestamp = one(oddNumbers.slice(0, 3), random) as number)),
  (m, random) => eachTrip(m, random, (u) => u.stopTimeUpdate?.sort(() => random(3) - 1)),
  (m, random) => eachTrip(m, random, (u) => u.stopTimeUpdate?.push(...(u.stopTimeUpdate ?? []).slice(0, 500))),
  (m, random) => eachTrip(m, random, (u) => u.stopTimeUpdate?.forEach((s) => oddStop(s, random))),
]

function eachTrip(message: Message, random: Random, change: (update: transit_realtime.ITripUpdate) => unknown): void {
  const often = 1 + random(5)
  for (const { tripUpdate: update } of message.entity) if (update && random(often) === 0) change(update)
}

function oddStop(stop: transit_realtime.TripUpdate.IStopTimeUpdate, random: Random): void {
  if (random(2) === 0) stop.stopSequence = random(70_000)
  if (random(3) === 0) stop.stopId = one(oddTexts, random)
  if (random(3) === 0) stop.scheduleRelationship = random(6)
  stop.arrival = { delay: one(oddNumbers.slice(0, 4), random), time: one(oddNumbers.slice(0, 3), random) }
}

function mutated(seed: Buffer, random: Random): Buffer {
  if (random(2) === 0) return (one(byteMutations, random) as (typeof byteMutations)[number])(seed, random)
  const message = transit_realtime.FeedMessage.decode(seed)
  for (let i = 0; i <= random(2); i++) (one(messageMutations, random) as (typeof messageMutations)[number])(message, random)
  return Buffer.from(transit_realtime.FeedMessage.encode(message).finish())
}

const timeOf = (bytes: Buffer): number => {
  const framed = frameFeed(bytes, false)
  return (framed.ok && framed.feed.timestamp) || now
}

const columns = new TripUpdateColumns()

/** Trips that the body itself takes out, in so many words. */
function deletions(bytes: Buffer): number {
  const framed = frameFeed(bytes, true)
  if (!framed.ok) return 0
  const deleted = framed.feed.trips.filter((t) => {
    try {
      decodeTripUpdate(bytes, t.from, t.to, columns)
      return columns.descriptor.relation === relation.deleted
    } catch {
      return false
    }
  })
  return deleted.length + framed.feed.deleted.length
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0)

/** What a feed has told so far, as detection would know it. */
class Told {
  private readonly lines = new Map<string, Set<string>>()
  readonly wrong: string[] = []

  /** Keys that are new, and keys that are gone. */
  take({ observations }: Snapshot): { fresh: string[]; gone: string[] } {
    const before = this.all()
    for (const o of observations) {
      if (o.kind !== 'frame') continue
      const keys = o.frame.key ? new Set<string>() : (this.lines.get(o.frame.line) ?? new Set())
      for (const key of o.frame.gone) keys.delete(key)
      for (const trip of o.frame.changed) keys.add(trip.key)
      this.lines.set(o.frame.line, keys)
      if (keys.size !== o.frame.present) this.wrong.push(`${o.frame.line}: ${keys.size} told, ${o.frame.present} present`)
    }
    const after = this.all()
    return { fresh: [...after].filter((k) => !before.has(k)), gone: [...before].filter((k) => !after.has(k)) }
  }

  all(): Set<string> {
    return new Set([...this.lines.values()].flatMap((keys) => [...keys]))
  }
}

/** undefined: all laws hold. */
function broken({ bytes, network }: Seed, random: Random): string | undefined {
  const at = timeOf(bytes)
  const snapshots = new Snapshots({ operator: 'o', feed: 'f', epoch: 1, network, maxBytes: 2 ** 24, staleAfterMs: 1e15 })
  const told = new Told()
  told.take(snapshots.take(bytes, { receivedAtMs: at * 1000 }))
  const had = told.all().size
  const body = mutated(bytes, random)
  const second = snapshots.take(body, { receivedAtMs: (at + 30) * 1000 })
  const { fresh, gone } = told.take(second)
  if (told.wrong.length > 0) return told.wrong.join()
  if (!second.believed) return gone.length > 0 ? `${gone.length} gone from a snapshot that was ${second.state}` : whole(snapshots, told, bytes, at, had)
  const { counts } = second
  const counted = sum(counts.rejects) + sum(counts.warnings) + deletions(body) + fresh.length
  const entities = framedEntities(bytes) - framedEntities(body)
  if (gone.length > counted + Math.max(0, entities)) return `${gone.length} of ${had} vanish, ${counted} counted, ${entities} entities fewer`
  if (had >= 20 && gone.length > had * 0.5 + fresh.length + deletions(body) + (counts.warnings.DUPLICATE_TRIP ?? 0)) return `${gone.length} of ${had} vanish at once`
  return undefined
} // prettier-ignore

/** A feed that was held goes on as if nothing had been. */
function whole(snapshots: Snapshots, told: Told, bytes: Buffer, at: number, had: number): string | undefined {
  const third = snapshots.take(bytes, { receivedAtMs: (at + 60) * 1000 })
  const { gone } = told.take(third)
  return gone.length > 0 || told.all().size !== had
    ? `after a held snapshot ${gone.length} are gone, ${told.all().size} of ${had} left`
    : undefined
}

function framedEntities(bytes: Buffer): number {
  const framed = frameFeed(bytes, false)
  return framed.ok ? framed.feed.trips.length : 0
}

it(
  'mutated feeds: nothing throws, memory is bounded, no false all-clear',
  async () => {
    const all = await seeds()
    const before = process.memoryUsage().rss
    const until = performance.now() + seconds * 1000
    const failures: string[] = []
    let runs = 0
    let highest = before
    for (let seed = firstSeed; performance.now() < until && failures.length < 5; seed++, runs++) {
      const random = randomOf(seed)
      const chosen = one(all, random) as Seed
      try {
        const fault = broken(chosen, random)
        if (fault) failures.push(`FUZZ_SEED=${seed} ${chosen.name}: ${fault}`)
      } catch (error) {
        failures.push(`FUZZ_SEED=${seed} ${chosen.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      }
      if (runs % 50 === 0) highest = Math.max(highest, process.memoryUsage().rss)
    }
    if (process.env.FUZZ_SECONDS) console.log(`${runs} runs, memory grew by ${Math.round((highest - before) / 2 ** 20)} MB`)
    expect([failures, runs > 0, highest - before < memoryCap]).toEqual([[], true, true])
  },
  (seconds + 60) * 1000,
)
