// The late lines of a recorded feed, by the plain definition and straight from the raw files; nothing of libs/ is used here. Prints one JSON object.
//   node test/replay/late.mjs TIMETABLE.zip FOLDER
//
// The same reading of the words as in libs/detection/tripView.ts:
// - predicted: a stop time update that is not SKIPPED or NO_DATA and has a time; its delay is the departure's, else the arrival's, and so is its time.
// - joined: the trip_id stands in the timetable. A trip that is CANCELED does not count.
// - running: the trip has left its first stop, and the last predicted time is not before the header's. It has left when the first predicted time
//   has come, or when the feed no longer shows the first stop of the timetable (this producer drops the stops that are passed) and the timetable's
//   departure there has come.
// - next stop: the first predicted one whose time is not before the header's.
// - late trip: >= 300 s at its next stop. Late line: at least 2 and at least 30 % of its running, joined trips are late.
// - consecutive: at most 180 s apart. A longer gap of the recording begins every count anew.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import bindings from 'gtfs-realtime-bindings'
import yauzl from 'yauzl'

const { transit_realtime: realtime } = bindings
const lateSeconds = 300
const longestGap = 180

/** The rows of a member of a zip, as objects. */
async function readTable(zipFile, name) {
  const zip = await new Promise((resolve, reject) => yauzl.open(zipFile, { lazyEntries: true }, (e, z) => (e ? reject(e) : resolve(z))))
  const text = await new Promise((resolve, reject) => {
    zip.on('error', reject)
    zip.on('end', () => reject(new Error(`${name} is not in ${zipFile}`)))
    zip.on('entry', (entry) => {
      if (entry.fileName !== name) return zip.readEntry()
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error)
        const chunks = []
        stream.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
      })
    })
    zip.readEntry()
  })
  zip.close()
  const [head, ...rows] = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter(Boolean)
    .map(cells)
  return rows.map((row) => Object.fromEntries(head.map((column, i) => [column, row[i] ?? ''])))
}

const cells = (row) =>
  row.includes('"')
    ? [...row.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, c]) => c.replace(/^"|"$/g, '').replaceAll('""', '"'))
    : row.split(',')
const clock = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

async function readTimetable(zipFile) {
  const routes = new Map((await readTable(zipFile, 'routes.txt')).map((r) => [r.route_id, r.route_short_name || r.route_long_name]))
  const trips = new Map((await readTable(zipFile, 'trips.txt')).map((t) => [t.trip_id, { line: routes.get(t.route_id), stops: new Map() }]))
  for (const s of await readTable(zipFile, 'stop_times.txt')) {
    trips.get(s.trip_id).stops.set(Number(s.stop_sequence), { departure: clock(s.departure_time), arrival: clock(s.arrival_time) })
  }
  for (const trip of trips.values()) {
    trip.firstSequence = Math.min(...trip.stops.keys())
    trip.lastSequence = Math.max(...trip.stops.keys())
  }
  return trips
}

/** sequence, time and delay of each predicted stop, in riding order. */
function predictions(update) {
  return update.stopTimeUpdate.flatMap((s) => {
    if (s.scheduleRelationship === 1 || s.scheduleRelationship === 2) return []
    const event = [s.departure, s.arrival].find((e) => e && Object.hasOwn(e, 'time') && Object.hasOwn(e, 'delay'))
    return event ? [{ sequence: s.stopSequence, time: Number(event.time), delay: event.delay }] : []
  })
}

/** Seconds late at the next stop; undefined: not running. */
function delayAtNextStop(update, trip, now) {
  const stops = predictions(update)
  const next = stops.find((s) => s.time >= now)
  if (!next) return undefined
  if (stops[0].time > now && !leftByTimetable(update, trip, stops[0], now)) return undefined
  return next.delay
}

function leftByTimetable(update, trip, first, now) {
  if (update.stopTimeUpdate.some((s) => s.stopSequence === trip.firstSequence)) return false
  const planned = trip.stops.get(first.sequence)
  if (!planned) return false
  const offset = first.sequence === trip.lastSequence ? planned.arrival : planned.departure
  return first.time - first.delay - offset + trip.stops.get(trip.firstSequence).departure <= now
}

function lateTrips(message, trips) {
  const now = Number(message.header.timestamp)
  const lines = new Map()
  for (const { tripUpdate } of message.entity) {
    const trip = tripUpdate && tripUpdate.trip.scheduleRelationship !== 3 && trips.get(tripUpdate.trip.tripId)
    const delay = trip ? delayAtNextStop(tripUpdate, trip, now) : undefined
    if (delay === undefined) continue
    const line = lines.get(trip.line) ?? { running: 0, late: [] }
    line.running++
    if (delay >= lateSeconds) line.late.push({ trip: tripUpdate.trip.tripId, delay })
    lines.set(trip.line, line)
  }
  return { now, lines }
}

const [zipFile, folder] = process.argv.slice(2)
const trips = await readTimetable(zipFile)
const snapshots = readdirSync(folder)
  .filter((name) => name.endsWith('.pb'))
  .map((name) => lateTrips(realtime.FeedMessage.decode(readFileSync(join(folder, name))), trips))
  .sort((a, b) => a.now - b.now)

const names = [...new Set(snapshots.flatMap((s) => [...s.lines.keys()]))].sort()
const lines = names.map((name) => {
  let inARow = 0
  let everLate = 0
  const third = []
  snapshots.forEach(({ now, lines }, i) => {
    const { running, late } = lines.get(name) ?? { running: 0, late: [] }
    everLate += late.length
    if (i > 0 && now - snapshots[i - 1].now > longestGap) inARow = 0
    inARow = late.length >= 2 && late.length / running >= 0.3 ? inARow + 1 : 0
    if (inARow === 3) third.push(i)
  })
  return { line: name, everLate, third }
})
const detail = process.argv[4]
process.stdout.write(
  `${JSON.stringify({ snapshots: snapshots.map((s) => s.now), lines, ...(detail && { detail: snapshots.map((s) => s.lines.get(detail)) }) })}\n`,
)
