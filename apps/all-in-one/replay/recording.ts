import { readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { frameFeed } from '#gtfs/frameFeed'

/** A file of the recording that can be played. */
export interface RecordedSnapshot {
  readonly path: string
  readonly feed: string
  /** Epoch seconds: the header's, or the newest trip's where the header has none. */
  readonly time: number
  readonly entities: number
}

export interface Unreadable {
  readonly path: string
  readonly reason: string
}

export interface Recording {
  /** In the order of their times; equal times by path. */
  readonly snapshots: readonly RecordedSnapshot[]
  readonly unreadable: readonly Unreadable[]
}

const maxBytes = 256 * 2 ** 20
const isSnapshot = (name: string) => /\.pbf?(\.gz)?$/i.test(name)

/** Looks at every file once for its time; the bytes are read again when it is played, so that a long recording needs no memory. */
export function findRecording(paths: readonly string[], from = 0, to = Infinity): Recording {
  const looked = [...new Set(paths.flatMap(filesUnder))].map(look)
  const snapshots = looked.filter((s): s is RecordedSnapshot => 'time' in s && s.time >= from && s.time <= to)
  const unreadable = looked.filter((s): s is Unreadable => 'reason' in s)
  return { snapshots: snapshots.sort((a, b) => a.time - b.time || compare(a.path, b.path)), unreadable }
}

/** The bytes of a snapshot, unpacked. Throws as the file system and gunzip do. */
export function readSnapshot(path: string): Buffer {
  const bytes = readFileSync(path)
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: maxBytes }) : bytes
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A path that does not exist is kept, so that it is named as unreadable. */
function filesUnder(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path]
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => compare(a.name, b.name))
  return entries.flatMap((e) => {
    const inside = join(path, e.name)
    if (e.isDirectory()) return filesUnder(inside)
    return isSnapshot(e.name) ? [inside] : []
  })
}

function look(path: string): RecordedSnapshot | Unreadable {
  try {
    const framed = frameFeed(readSnapshot(path), false)
    if (!framed.ok) return { path, reason: framed.reason }
    const { feed } = framed
    const time = feed.timestamp || feed.trips.reduce((newest, t) => Math.max(newest, t.timestamp), 0)
    return time > 0 ? { path, feed: feedOf(path), time, entities: feed.entities } : { path, reason: 'FEED_WITHOUT_TIMESTAMP' }
  } catch (error) {
    return { path, reason: (error as NodeJS.ErrnoException).code ?? (error as Error).message }
  }
}

/** The folder and the name up to the first digit: what the files of one poller have in common. */
function feedOf(path: string): string {
  const name = basename(path)
    .replace(/\d.*$/, '')
    .replace(/\.pbf?(\.gz)?$/i, '')
  return `${basename(dirname(path))}/${name}`
}
