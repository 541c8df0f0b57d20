import { type Disruption, type Revision, lineScope } from '#domain/disruption'
import type { Line } from '#domain/line'
import { type Rider, lineScopeKey } from '#domain/rider'
import type { Keys } from '#service/keys'
import type { Parts } from '../parts'

export const operator = 'bench'
/** Cohorts of forty disruptions spread over all shards. */
export const lineCount = 40

const lineId = (line: number): string => `tram-${line + 1}`

export const lineOf = (line: number): Line => ({
  operator, id: lineId(line), name: `${line + 1}`, mode: 'TRAM', color: '', textColor: '', routes: [], neighbours: [], hours: 0, timetable: 'v1',
  stops: ['A', 'B'].map((stop) => ({ id: stop, name: stop, lat: 0, lon: 0 })),
  directions: [{ id: 0, towards: 'B', order: [0, 1] }],
}) // prettier-ignore

/** `tells`: whether a disruption of its line reaches the rider; the others are only there to be applied. */
export function riderOf(number: number, tells: boolean, keys: Keys): Rider {
  const [id, chat] = [`rider-${number}`, `${100_000 + number}`]
  const line = lineId(number % lineCount)
  const scope = lineScopeKey(tells ? line : `${line}-elsewhere`)
  return {
    operator, id, number, language: number % 3 === 0 ? 'en' : 'de',
    addresses: [{ channel: 'TELEGRAM', sealed: keys.seal(operator, id, chat), hash: keys.hash(operator, 'TELEGRAM', chat), confirmed: true, stopped: false }],
    subscriptions: [{ scope, direction: 2, fromStop: '', toStop: '', windows: [], minSeverity: 'INFO', minDelay: 5, channel: 'TELEGRAM', fromHour: 0, untilHour: 0 }],
    consents: [{ at: 1, source: 'api', given: true }],
    pausedUntil: 0,
    createdAt: 1,
  } // prettier-ignore
}

/** One of each line, of a wave of its own. */
export function disruptionOf(line: number, wave: string, now: number): Disruption {
  const scopes = [lineScope(lineId(line))]
  const revision: Revision = {
    number: 1, at: now, severity: 'WARNING', effect: 'SIGNIFICANT_DELAYS', scopes, delayMin: 600, delayMax: 900, cancelled: [],
    estimatedEnd: 0, declaredEnd: 0, nextUpdate: 0, closing: false,
  } // prettier-ignore
  return {
    operator, id: `${wave}-${line}`, rule: 'DELAY', origin: 'DETECTED', state: 'OPEN', publication: 'TOLD', scopes, effect: 'SIGNIFICANT_DELAYS',
    cause: 'UNKNOWN_CAUSE', severity: 'WARNING', suspectedAt: now, openedAt: now, closedAt: 0, communication: { start: 0, end: 0 },
    impact: [], texts: [], evidence: '{}', revisions: [revision],
  } // prettier-ignore
}

/** Nobody runs ingest: its feed is only named. The messenger's limit is out of the way. */
export const configuration = ({ kafka, redis }: Parts, messenger: string): string => `
kafka: { brokers: [${kafka.brokers.map((b) => `'${b}'`).join(', ')}] }
redis: { url: '${redis.url}' }
keyFile: address.key
operators:
  - id: ${operator}
    name: Bench
    languages: [de, en]
    timezone: UTC
    timetable: { url: '${messenger}/gtfs.zip' }
    feeds: [{ id: trips, url: '${messenger}/feed' }]
    channels: { telegram: { bot: bench_bot, token: '1001:bench-is-no-secret-token', apiRoot: '${messenger}', perSecond: 10000 } }
    policy: { default: auto }
    allowPrivateAddresses: true
`
