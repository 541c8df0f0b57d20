import { severityRank } from '#domain/disruption'
import type { Facts } from './facts'
import { type Lines, type Place, pageScope, placesTouched } from './places'
import { delayStepMinutes, hourOf } from './record'
import { judgeSchedule, momentOf } from './schedule'
import { directionMask, judgeSection } from './section'
import type { Tables } from './tables'

/** A disruption's question to the records, as look-up tables: every distinct schedule, section and filter byte is judged once. */
export interface Question {
  readonly places: readonly PlaceCriteria[]
  readonly common: CommonCriteria
}

export interface CommonCriteria {
  /** By the record's schedule number: urgency or `held`. */
  readonly schedules: Uint8Array
  /** Greatest schedule number that was judged; records that point past it get 0 (told rather than missed) and are noticed. */
  readonly scheduleCount: number
  /** By the record's byte 8: the directions it wants, or 0 when severity or delay is below its minimum. */
  readonly filters: Uint8Array
  readonly planned: boolean
  /** Of records (`from`, `until`). */
  readonly hour: number
}

export interface PlaceCriteria {
  /** Of the store's pages: `operator/scope`. */
  readonly pages: string
  /** By the record's section number: the directions in which it is touched. */
  readonly sections: Uint8Array
  readonly sectionCount: number
}

/** What a question needs to know about its operator. */
export interface Surroundings {
  readonly lines: Lines
  readonly tables: Tables
  /** IANA name. */
  readonly timezone: string
}

/** `now`: epoch seconds. */
export async function pose(facts: Facts, { lines, tables, timezone }: Surroundings, now: number): Promise<Question> {
  const moment = momentOf(now, timezone, facts.severity === 'SEVERE')
  const schedules = await tables.schedules(facts.operator)
  return {
    places: await Promise.all(placesTouched(facts, lines).map((place) => placeCriteria(facts.operator, place, tables))),
    common: {
      schedules: judged(schedules, (s) => judgeSchedule(s, moment), 0),
      scheduleCount: schedules.length,
      filters: judgeFilters(facts),
      planned: facts.planned,
      hour: hourOf(now),
    },
  }
}

async function placeCriteria(operator: string, place: Place, tables: Tables): Promise<PlaceCriteria> {
  const sections = await tables.sections(operator, place.scope)
  const whole = judgeSection(undefined, place.scopes, place.line)
  return {
    pages: pageScope(operator, place.scope),
    sections: judged(sections, (s) => judgeSection(s, place.scopes, place.line), whole),
    sectionCount: sections.length,
  }
}

/** By number: 0 and what is past the end get `other`. */
function judged<T>(entries: readonly T[], judge: (entry: T) => number, other: number): Uint8Array {
  const table = new Uint8Array(0x10000).fill(other)
  entries.slice(0, 0xffff).forEach((entry, i) => {
    table[i + 1] = judge(entry)
  })
  return table
}

function judgeFilters(facts: Facts): Uint8Array {
  const severity = severityRank(facts.severity)
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const severe = severity >= ((byte >> 2) & 3)
    const late = facts.delaySeconds === 0 || facts.delaySeconds >= (byte >> 4) * delayStepMinutes * 60
    return severe && late ? directionMask(byte & 3) : 0
  })
}
