import { type Entry, type ZipFile, fromBufferPromise } from 'yauzl'
import { GtfsError } from './problem'

/** A timetable's zip is trusted with no more than this: a bomb, a nested archive or a million entries is refused before it is unpacked. */
const maxEntries = 500
const maxFileBytes = 2 ** 31
const maxRatio = 250
/** Below this size no ratio is judged: an empty calendar packs very well. */
const ratioFromBytes = 2 ** 20

/** The files of a GTFS by their name (`stops.txt`), at the top of the zip or in one inner folder. Nothing is ever written to disk. */
export interface Archive {
  has(file: string): boolean
  /** Chunks of the unpacked file, in order. Throws GtfsError. */
  read(file: string): AsyncIterable<Buffer>
  close(): void
}

/** Throws GtfsError: GTFS_NOT_A_ZIP, GTFS_UNSAFE_PATH, GTFS_TOO_LARGE. */
export async function openArchive(bytes: Buffer): Promise<Archive> {
  const zip = await opened(bytes)
  const entries = await directory(zip)
  return {
    has: (file) => entries.has(file),
    read: (file) => chunks(zip, entries.get(file) as Entry, file),
    close: () => zip.close(),
  }
}

async function opened(bytes: Buffer): Promise<ZipFile> {
  try {
    return await fromBufferPromise(withoutTrailer(bytes), { lazyEntries: true, validateEntrySizes: true })
  } catch (error) {
    throw zipError(error)
  }
}

/** Some servers append bytes (Caltrain's zip, 2023): the archive ends where its end record says. */
function withoutTrailer(bytes: Buffer): Buffer {
  const at = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  if (at < 0 || at + 22 > bytes.length) return bytes
  return bytes.subarray(0, at + 22 + bytes.readUInt16LE(at + 20))
}

async function directory(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > maxEntries)
    throw new GtfsError('GTFS_TOO_LARGE', `the zip has ${zip.entryCount} entries; a timetable has a few dozen`)
  const entries = new Map<string, Entry>()
  try {
    for await (const entry of zip.eachEntry()) keep(entries, entry)
  } catch (error) {
    throw zipError(error)
  }
  return entries
}

/** A file at the top stands before one of the same name in a folder. */
function keep(entries: Map<string, Entry>, entry: Entry): void {
  const parts = entry.fileName.split('/')
  const name = parts.at(-1) as string
  if (!name.endsWith('.txt') || parts.length > 2 || parts[0] === '__MACOSX') return
  if (isLink(entry)) throw new GtfsError('GTFS_UNSAFE_PATH', `${name} is a symbolic link`, { file: name })
  if (parts.length === 1 || !entries.has(name)) entries.set(name, entry)
}

const isLink = (entry: Entry): boolean => ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000

async function* chunks(zip: ZipFile, entry: Entry, file: string): AsyncIterable<Buffer> {
  const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize)
  if (entry.uncompressedSize > maxFileBytes || (entry.uncompressedSize > ratioFromBytes && ratio > maxRatio)) {
    throw new GtfsError('GTFS_TOO_LARGE', `${file} would unpack to ${entry.uncompressedSize} bytes, ${Math.round(ratio)} times its size`, {
      file,
    })
  }
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) yield chunk as Buffer
  } catch (error) {
    throw error instanceof GtfsError ? error : zipError(error, file)
  }
}

/** yauzl says what is wrong in English only: names that leave the folder, and sizes that lie, get their own codes. */
function zipError(error: unknown, file = ''): GtfsError {
  if (error instanceof GtfsError) return error
  const text = error instanceof Error ? error.message : String(error)
  if (/relative path|absolute path|invalid characters in fileName/i.test(text)) {
    return new GtfsError('GTFS_UNSAFE_PATH', `the zip has an entry that would leave its folder: ${text}`, { file })
  }
  if (/too many bytes/i.test(text)) return new GtfsError('GTFS_TOO_LARGE', `${file} is larger than the zip says`, { file })
  return new GtfsError('GTFS_NOT_A_ZIP', `the timetable cannot be unpacked: ${text}`, { file })
}
