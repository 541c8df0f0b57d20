import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { realClock } from '#service/realClock'
import { embeddedStore } from '#store/embedded'
import { countOf, packedIn } from './matching/packed'
import { type Wish, makeWishes, minuteNow, scope, wants } from './matching/wishes'
import { progress } from './progress'
import { quantile } from './quantile'
import { type BenchRow, ratioOf } from './row'

const subscribers = 300_000
const rounds = 21
const warmUps = 5

/** A line of 300,000 subscribers with all filters: packed pages against a row a subscription with its wishes as JSON. */
export async function bench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'linienfunk-bench-'))
  const store = embeddedStore(join(folder, 'store.db'), realClock.now)
  const rows = new DatabaseSync(join(folder, 'rows.db'))
  try {
    progress(`match-embedded: subscribing ${subscribers}`)
    const wishes = makeWishes(subscribers)
    const ask = await packedIn(store, wishes)
    fillRows(rows, wishes)
    return [
      await compare(
        async () => countOf(await ask()),
        async () => matchRows(rows),
      ),
    ]
  } finally {
    rows.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(ours: () => Promise<number>, baseline: () => Promise<number>): Promise<BenchRow> {
  const [mine, theirs]: [number[], number[]] = [[], []]
  let found = 0
  for (let round = -warmUps; round < rounds; round++) {
    const a = await timed(ours)
    const b = await timed(baseline)
    if (a.found !== b.found) throw new Error(`the packed records find ${a.found} riders, the rows ${b.found}`)
    found = a.found
    if (round >= 0) mine.push(a.ms)
    if (round >= 0) theirs.push(b.ms)
  }
  const [p50, p99, baselineMs] = [quantile(mine, 0.5), quantile(mine, 0.99), quantile(theirs, 0.5)]
  const note = `${subscribers} subscribers, ${found} told; baseline: SELECT of rows with JSON wishes, filtered as objects; medians of ${rounds}`
  return { bench: 'match-embedded', ours: p50, baseline: baselineMs, ratio: ratioOf('less', p50, baselineMs), unit: 'ms', p50, p99, note }
}

async function timed(task: () => Promise<number>): Promise<{ found: number; ms: number }> {
  const began = performance.now()
  const found = await task()
  return { found, ms: performance.now() - began }
}

function fillRows(db: DatabaseSync, wishes: readonly Wish[]): void {
  db.exec('CREATE TABLE subscription (id INTEGER PRIMARY KEY, line TEXT, rider INTEGER, wishes TEXT)')
  db.exec('BEGIN')
  const insert = db.prepare('INSERT INTO subscription (line, rider, wishes) VALUES (?, ?, ?)')
  for (const wish of wishes) insert.run(scope, wish.rider, JSON.stringify(wish))
  db.exec('COMMIT')
  db.exec('CREATE INDEX by_line ON subscription (line)')
}

/** As one would write it first: read the rows of the line, parse, filter, group by channel. */
function matchRows(db: DatabaseSync): number {
  const rows = db.prepare('SELECT rider, wishes FROM subscription WHERE line = ?').all(scope) as { rider: number; wishes: string }[]
  const minute = minuteNow()
  const told = new Set<number>()
  const channels = new Map<number, { rider: number; language: number }[]>()
  for (const row of rows) {
    const wish = JSON.parse(row.wishes) as Wish
    if (told.has(row.rider) || !wants(wish, minute)) continue
    told.add(row.rider)
    channels.set(wish.channel, channels.get(wish.channel) ?? [])
    channels.get(wish.channel)?.push({ rider: row.rider, language: wish.language })
  }
  return [...channels.values()].reduce((sum, list) => sum + list.length, 0)
}
