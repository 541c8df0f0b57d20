import { DatabaseSync } from 'node:sqlite'
import { transit_realtime as rt } from 'gtfs-realtime-bindings'
import { nowMs } from './clock'
import { lineName, lineOfRider, riderCount } from './plan'

/** Steady milliseconds of one snapshot that made a line late. */
export interface NaiveMarks {
  readonly body: number
  readonly decoded: number
  readonly compared: number
  readonly selected: number
}

export type FromNaive = { readonly kind: 'ready' } | { readonly kind: 'taken'; readonly marks: NaiveMarks | undefined }

interface Preferences {
  readonly language: string
  readonly minDelay: number
  readonly windows: readonly { days: number; from: number; until: number }[]
}

const lateSeconds = 300

/**
 * The baseline, a process of its own: as one would write it first. It decodes everything into objects, compares all of them with those before,
 * has a row a subscription with JSON preferences, and calls fetch for every rider. It keeps nothing on disk but the subscriptions: killed in the
 * middle, it forgets whom it has told.
 */
class Naive {
  private readonly db: DatabaseSync
  private before = new Map<string, rt.ITripUpdate>()
  private readonly streaks = new Map<string, number>()

  constructor(
    file: string,
    private readonly root: string,
  ) {
    this.db = new DatabaseSync(file)
    this.db.exec('CREATE TABLE subscription (id INTEGER PRIMARY KEY, line TEXT, chat INTEGER, preferences TEXT)')
    this.db.exec('BEGIN')
    const insert = this.db.prepare('INSERT INTO subscription (line, chat, preferences) VALUES (?, ?, ?)')
    for (let n = 0; n < riderCount; n++) insert.run(lineName(lineOfRider(n)), 100_000 + n, JSON.stringify(preferencesOf(n)))
    this.db.exec('COMMIT')
    this.db.exec('CREATE INDEX by_line ON subscription (line)')
  }

  async run(): Promise<never> {
    for (;;) {
      const answer = await fetch(`${this.root}/feed/naive`)
      const bytes = new Uint8Array(await answer.arrayBuffer())
      tell({ kind: 'taken', marks: await this.take(bytes) })
    }
  }

  private async take(bytes: Uint8Array): Promise<NaiveMarks | undefined> {
    const body = nowMs()
    const feed = rt.FeedMessage.decode(bytes)
    const decoded = nowMs()
    const now = Number(feed.header.timestamp)
    const line = this.lateLine(this.compare(feed), now)
    const compared = nowMs()
    if (line === undefined) return undefined
    const chats = this.audience(line, now)
    const selected = nowMs()
    await Promise.all(chats.map(({ chat, text }) => this.send(chat, text)))
    return { body, decoded, compared, selected }
  }

  /** All trips, and how many have changed. */
  private compare(feed: rt.FeedMessage): Map<string, rt.ITripUpdate> {
    const trips = new Map<string, rt.ITripUpdate>()
    for (const { tripUpdate } of feed.entity) {
      const id = tripUpdate?.trip.tripId ?? ''
      const before = this.before.get(id)
      trips.set(id, before && tripUpdate && isSame(before, tripUpdate) ? before : (tripUpdate as rt.ITripUpdate))
    }
    this.before = trips
    return trips
  }

  /** The line that is late for the second time in a row. */
  private lateLine(trips: ReadonlyMap<string, rt.ITripUpdate>, now: number): string | undefined {
    const lines = Map.groupBy(trips.values(), (t) => lineName(Number((t.trip.routeId ?? '').slice(1))))
    let found: string | undefined
    for (const [line, own] of lines) {
      const delays = own.flatMap((trip) => nextDelay(trip, now) ?? [])
      const late = delays.filter((delay) => delay >= lateSeconds).length
      const streak = late >= 2 && late >= delays.length * 0.3 ? (this.streaks.get(line) ?? 0) + 1 : 0
      this.streaks.set(line, streak)
      if (streak === 2) found = line
    }
    return found
  }

  private audience(line: string, now: number): { chat: number; text: string }[] {
    const rows = this.db.prepare('SELECT chat, preferences FROM subscription WHERE line = ?').all(line) as {
      chat: number
      preferences: string
    }[]
    return rows.flatMap(({ chat, preferences }) => {
      const wishes = JSON.parse(preferences) as Preferences
      if (wishes.minDelay > 10 || !isOpen(wishes, now)) return []
      return [{ chat, text: wishes.language === 'de' ? `Linie ${line}: 10 bis 15 Minuten später` : `Line ${line}: 10 to 15 minutes late` }]
    })
  }

  private async send(chat: number, text: string): Promise<void> {
    const body = JSON.stringify({ chat_id: chat, text })
    const answer = await fetch(`${this.root}/naive/sendMessage`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    await answer.json()
  }
}

const preferencesOf = (n: number): Preferences => ({
  language: n % 3 === 0 ? 'en' : 'de',
  minDelay: 5,
  windows: n % 2 === 0 ? [] : [{ days: 127, from: 0, until: 1440 }],
})

function isSame(a: rt.ITripUpdate, b: rt.ITripUpdate): boolean {
  const [one, other] = [a.stopTimeUpdate ?? [], b.stopTimeUpdate ?? []]
  return one.length === other.length && one.every((stop, i) => isSameStop(stop, other[i] as rt.TripUpdate.IStopTimeUpdate))
}

const isSameStop = (a: rt.TripUpdate.IStopTimeUpdate, b: rt.TripUpdate.IStopTimeUpdate): boolean =>
  a.stopId === b.stopId && a.arrival?.delay === b.arrival?.delay && a.departure?.delay === b.departure?.delay

/** At the next stop of a trip that runs. */
function nextDelay(trip: rt.ITripUpdate, now: number): number | undefined {
  const stops = trip.stopTimeUpdate ?? []
  const next = stops.findIndex((stop) => Number(stop.departure?.time) >= now)
  return next > 0 ? (stops[next]?.arrival?.delay ?? undefined) : undefined
}

function isOpen({ windows }: Preferences, now: number): boolean {
  const at = new Date(now * 1000)
  const [day, minute] = [(at.getUTCDay() + 6) % 7, at.getUTCHours() * 60 + at.getUTCMinutes()]
  return windows.length === 0 || windows.some((w) => (w.days & (1 << day)) !== 0 && minute >= w.from && minute < w.until)
}

const tell = (message: FromNaive): void => void process.send?.(message)

function main(): void {
  const [, , file, root] = process.argv as [string, string, string, string]
  const naive = new Naive(file, root)
  process.on('disconnect', () => process.exit(0))
  tell({ kind: 'ready' })
  void naive.run()
}

if (require.main === module) main()
