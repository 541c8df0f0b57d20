import { parseArgs } from 'node:util'

export interface ReplayOptions {
  /** A GTFS zip; undefined: none was given. */
  readonly timetable: string | undefined
  readonly json: boolean
  /** Epoch seconds, both inclusive; undefined: no bound. */
  readonly from: number | undefined
  readonly to: number | undefined
  /** Files and folders. */
  readonly paths: readonly string[]
}

export type ParsedReplay =
  | { readonly kind: 'replay'; readonly options: ReplayOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly message: string }

export const replayUsage = `Usage: npm run replay -- --timetable FILE.zip [options] PATH…

Plays recorded GTFS-realtime snapshots through detection, in the order of their header timestamps and on their time only, and prints the
disruptions with their evidence, the alerts that riders would have got, and a summary. The same files give the same output.

  PATH              a .pb file or a folder of them (.pbf and .gz too); TripUpdates, VehiclePositions and Alerts, mixed or apart.
                    Files of one feed share their folder and their name up to the first digit.
  --timetable FILE  the operator's GTFS; without it nothing can be said about delays
  --json            one JSON object a line: disruptions in the order of opening, each followed by its alerts, at last the summary
  --from, --to T    only snapshots from and until then: epoch seconds, or a date and time such as 2026-01-16T19:30Z
  --help

Exit code: 0 all files were played, 1 some could not be read (they are named) or the timetable is unusable, 2 wrong usage.
Wall time and rates go to stderr.`

const options = {
  timetable: { type: 'string' },
  json: { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string' },
  help: { type: 'boolean' },
} as const

export function parseReplayArguments(argv: readonly string[]): ParsedReplay {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true })
    if (values.help) return { kind: 'help' }
    if (positionals.length === 0) return fault('Give at least one file or folder of snapshots.')
    const from = parseTime(values.from)
    const to = parseTime(values.to)
    if (from === 'BAD') return fault(`--from "${values.from}" is no time.`)
    if (to === 'BAD') return fault(`--to "${values.to}" is no time.`)
    if (from !== undefined && to !== undefined && from > to) return fault('--from is later than --to.')
    return { kind: 'replay', options: { timetable: values.timetable, json: values.json ?? false, from, to, paths: positionals } }
  } catch (error) {
    return fault((error as Error).message)
  }
}

const fault = (message: string): ParsedReplay => ({ kind: 'fault', message })

function parseTime(text: string | undefined): number | undefined | 'BAD' {
  if (text === undefined) return undefined
  if (/^\d{9,11}$/.test(text)) return Number(text)
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(ms) ? 'BAD' : Math.floor(ms / 1000)
}
