import { readFileSync } from 'node:fs'
import { type Network, networkOf } from '#gtfs/network'
import { loadTimetable } from '#gtfs/loadTimetable'
import { realClock } from '#service/realClock'
import { type ReplayOptions, parseReplayArguments, replayUsage } from './arguments'
import { type Played, play, replayOperator } from './play'
import { type Recording, findRecording } from './recording'
import { type AlertRecord, alertRecords, disruptionRecord, operatorWith, summaryRecord } from './records'
import { disruptionReport, summaryReport } from './report'

/** Where text goes: process.stdout, or a test's collector. */
export interface Sink {
  write(text: string): unknown
  on?(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

/** The command `replay`; returns the exit code (arguments.ts says which). Results to `out`, talk to `err`. */
export async function runReplay(argv: readonly string[], out: Sink, err: Sink): Promise<number> {
  // `| head` closes the pipe: that is no failure.
  out.on?.('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
  const parsed = parseReplayArguments(argv)
  if (parsed.kind === 'help') return say(out, replayUsage, 0)
  if (parsed.kind === 'fault') return say(err, `${parsed.message}\n\n${replayUsage}`, 2)
  return replay(parsed.options, out, err)
}

async function replay(options: ReplayOptions, out: Sink, err: Sink): Promise<number> {
  const began = realClock.elapsed()
  const network = options.timetable === undefined ? undefined : await readNetwork(options.timetable)
  if (typeof network === 'string') return say(err, network, 1)
  const loaded = realClock.elapsed()
  const recording = findRecording(options.paths, options.from, options.to)
  for (const { path, reason } of recording.unreadable) say(err, `${path}: skipped, ${reason}`, 1)
  const played = play(recording.snapshots, network)
  print(options, played, recording, network, out)
  say(err, timing(played, loaded - began, realClock.elapsed() - loaded), 0)
  if (recording.snapshots.length === 0) return say(err, 'There was no snapshot to play.', 1)
  return recording.unreadable.length > 0 ? 1 : 0
}

function say(sink: Sink, text: string, code: number): number {
  sink.write(`${text}\n`)
  return code
}

/** A text: why it cannot be used. */
async function readNetwork(file: string): Promise<Network | string> {
  let zip: Buffer
  try {
    zip = readFileSync(file)
  } catch (error) {
    return `${file}: cannot be read, ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`
  }
  const loaded = await loadTimetable(zip)
  if (loaded.ok) return networkOf(replayOperator, loaded.timetable)
  return loaded.problems.map((p) => `${file}: ${p.code} ${p.message}`).join('\n')
}

function print(options: ReplayOptions, played: Played, recording: Recording, network: Network | undefined, out: Sink): void {
  const operator = operatorWith(network?.timetable.days.timezone)
  const clock = clockIn(operator.timezone)
  const all: AlertRecord[] = []
  for (const d of played.disruptions) {
    const alerts = alertRecords(d, played, operator)
    all.push(...alerts)
    if (options.json) for (const record of [disruptionRecord(d, played), ...alerts]) say(out, JSON.stringify(record), 0)
    else say(out, `${disruptionReport(d, played, alerts, clock)}\n`, 0)
  }
  const summary = summaryRecord(played, all, recording.unreadable.length, network !== undefined)
  say(out, options.json ? JSON.stringify(summary) : summaryReport(summary), 0)
}

/** Hours, minutes and seconds on the operator's clock, with the date. */
function clockIn(timezone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' })
  return (at) => format.format(at * 1000)
}

function timing(played: Played, loadMs: number, playMs: number): string {
  const { snapshots, entities } = played.totals
  const perSecond = (n: number) => Math.round(n / Math.max(playMs / 1000, 0.001))
  const rates = `${perSecond(snapshots)} snapshots/s, ${perSecond(entities)} entities/s`
  return `timetable ${(loadMs / 1000).toFixed(2)} s, replay ${(playMs / 1000).toFixed(2)} s, ${rates}`
}
