import { lines } from '#bus/topics'
import { publish } from '#bus/typed'
import { type Disruption, type Revision, lineScope } from '#domain/disruption'
import type { Line } from '#domain/line'
import { channelNames } from '#domain/rider'
import { packRecords } from '#matching/record'
import { pageScope } from '#matching/places'
import type { Platform } from '#service/tokens'
import { progress } from '../progress'

export const operator = 'bench'
const lineIds = ['s1', 's2', 's3', 's4']
const atOnce = 5000

const lineOf = (id: string): Line => ({
  operator, id, name: id, mode: 'RAIL', color: '', textColor: '', routes: [], neighbours: [], hours: 0, timetable: 'v1',
  stops: ['A', 'B'].map((stop) => ({ id: stop, name: stop, lat: 0, lon: 0 })),
  directions: [{ id: 0, towards: 'B', order: [0, 1] }],
}) // prettier-ignore

/** So many riders of one messenger, shared out over four lines, as they stand in the pages. */
export async function subscribeAll({ bus, store }: Platform, riders: number): Promise<void> {
  await publish(bus, lines, lineIds.map(lineOf))
  for (let from = 0; from < riders; from += atOnce) {
    if (from % 250_000 === 0) progress(`queue: ${from} of ${riders} riders subscribed`)
    const numbers = Array.from({ length: Math.min(atOnce, riders - from) }, (_, i) => from + i)
    await Promise.all(numbers.map((n) => store.pages.put(pageScope(operator, `line:${lineIds[n % lineIds.length]}`), n + 1, recordOf(n))))
  }
}

const recordOf = (n: number): Buffer =>
  packRecords([
    {
      rider: n + 1, schedule: 0, section: 0, direction: 2, minSeverity: n % 2, minDelay: 5, language: n % 2, planned: true, second: 'also',
      channel: channelNames.indexOf('TELEGRAM'), secondChannel: 0, from: 0, until: 0,
    },
  ]) // prettier-ignore

/** A delay of all four lines that all of them hear of. */
export function disruptionOf(id: string, now: number): Disruption {
  const scopes = lineIds.map((line) => lineScope(line))
  const revision: Revision = {
    number: 1, at: now, severity: 'WARNING', effect: 'SIGNIFICANT_DELAYS', scopes, delayMin: 300, delayMax: 720, cancelled: [],
    estimatedEnd: 0, declaredEnd: 0, nextUpdate: 0, closing: false,
  } // prettier-ignore
  return {
    operator, id, rule: 'DELAY', origin: 'DETECTED', state: 'OPEN', publication: 'TOLD', scopes, effect: 'SIGNIFICANT_DELAYS',
    cause: 'UNKNOWN_CAUSE', severity: 'WARNING', suspectedAt: now, openedAt: now, closedAt: 0, communication: { start: 0, end: 0 },
    impact: [], texts: [], evidence: '{}', revisions: [revision],
  } // prettier-ignore
}
