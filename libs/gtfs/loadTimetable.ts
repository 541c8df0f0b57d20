import { createHash } from 'node:crypto'
import { CsvReader, type CsvRow } from './csv'
import { GtfsError, type Problem } from './problem'
import { TimetableBuilder } from './tables'
import type { Timetable } from './timetable'
import { type Archive, openArchive } from './zip'

export type Loaded = { readonly ok: true; readonly timetable: Timetable } | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * A GTFS zip → timetable. Never throws: what is wrong comes back as problems with file, line and column. Single rows that cannot be used
 * are left out and counted (`rejects`); a file, a column or an encoding that is wrong refuses the whole, so that the old version stays.
 * Reads in chunks and lets the event loop run between them.
 */
export async function loadTimetable(zip: Buffer): Promise<Loaded> {
  try {
    return { ok: true, timetable: await load(zip) }
  } catch (error) {
    if (error instanceof GtfsError) return { ok: false, problems: [error.problem] }
    throw error
  }
}

async function load(zip: Buffer): Promise<Timetable> {
  const archive = await openArchive(zip)
  try {
    const builder = new TimetableBuilder()
    await readRequired(archive, 'agency.txt', builder.agencies)
    await readRequired(archive, 'routes.txt', builder.routes)
    await readRequired(archive, 'stops.txt', builder.stops)
    if (!archive.has('calendar.txt') && !archive.has('calendar_dates.txt')) throw missing('calendar.txt')
    await readOptional(archive, 'calendar.txt', builder.calendar)
    await readOptional(archive, 'calendar_dates.txt', builder.calendarDates)
    await readRequired(archive, 'trips.txt', builder.trips)
    await readRequired(archive, 'stop_times.txt', builder.stopTimes)
    await readOptional(archive, 'frequencies.txt', builder.frequencies)
    await readOptional(archive, 'feed_info.txt', builder.feedInfo)
    return builder.done(createHash('sha256').update(zip).digest('hex').slice(0, 16))
  } finally {
    archive.close()
  }
}

type Header = (columns: Columns) => (row: CsvRow) => void

/** Where the columns of a file stand. */
export interface Columns {
  /** Throws GtfsError CSV_MISSING_COLUMN. */
  need(name: string): number
  /** -1 when the file has no such column. */
  find(name: string): number
}

async function readRequired(archive: Archive, file: string, header: Header): Promise<void> {
  if (!archive.has(file)) throw missing(file)
  await read(archive, file, header)
}

async function readOptional(archive: Archive, file: string, header: Header): Promise<void> {
  if (archive.has(file)) await read(archive, file, header)
}

async function read(archive: Archive, file: string, header: Header): Promise<void> {
  const reader = new CsvReader(file, (names) => header(columnsOf(file, names)))
  for await (const chunk of archive.read(file)) reader.push(chunk)
  reader.end()
}

const columnsOf = (file: string, names: readonly string[]): Columns => ({
  find: (name) => names.indexOf(name),
  need(name) {
    const at = names.indexOf(name)
    if (at < 0) throw new GtfsError('CSV_MISSING_COLUMN', `${file} has no column ${name}`, { file, line: 1, column: name })
    return at
  },
})

const missing = (file: string): GtfsError =>
  new GtfsError('GTFS_MISSING_FILE', `the timetable has no ${file} (nor may it be replaced by another file)`, { file })
