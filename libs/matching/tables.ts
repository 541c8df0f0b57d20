import { type Schedule, always } from './schedule'
import { decodeSchedule, encodeSchedule } from './scheduleBytes'
import { type Section, decodeSection, encodeSection } from './section'

/** The append-only tables of the store that packed records point into (a part of the port State). */
export interface TableStore {
  intern(table: string, value: Uint8Array): Promise<number>
  table(table: string): Promise<Buffer[]>
}

/**
 * Copies in memory of the distinct schedules of operators and the distinct sections of scopes. They only ever grow, so a copy can be too
 * short but never wrong: who meets a record that points past the end calls `refresh` and asks again.
 */
export interface Tables {
  schedules(operator: string): Promise<readonly Schedule[]>
  sections(operator: string, scope: string): Promise<readonly Section[]>
  /** What stands in a record: 1 + index, 0 = always. `undefined`: the table is full. */
  scheduleNumber(operator: string, schedule: Schedule): Promise<number | undefined>
  /** What stands in a record: 1 + index, 0 = the whole. `undefined`: the table is full. */
  sectionNumber(operator: string, scope: string, section: Section): Promise<number | undefined>
  refresh(operator: string): void
}

export const scheduleTable = (operator: string): string => `schedules/${operator}`
export const sectionTable = (operator: string, scope: string): string => `sections/${operator}/${scope}`
/** Most entries of a table: an index is 16 bits, and 0 is taken. */
const maxEntries = 0xffff

export function tablesIn(store: TableStore): Tables {
  const tables = new Map<string, Promise<Buffer[]>>()
  const decoded = new WeakMap<Buffer[], readonly unknown[]>()
  const numbers = new Map<string, Map<string, number>>()

  const entries = async <T>(name: string, decode: (bytes: Buffer) => T): Promise<readonly T[]> => {
    const raw = await load(name)
    let found = decoded.get(raw) as readonly T[] | undefined
    if (!found) decoded.set(raw, (found = raw.map(decode)))
    return found
  }
  const load = (name: string): Promise<Buffer[]> => {
    let loading = tables.get(name)
    if (!loading) {
      tables.set(name, (loading = store.table(name)))
      loading.catch(() => tables.delete(name))
    }
    return loading
  }
  const numberIn = async (name: string, value: Buffer): Promise<number | undefined> => {
    const known = numbers.get(name) ?? new Map<string, number>()
    numbers.set(name, known)
    const text = value.toString('latin1')
    const number = known.get(text) ?? 1 + (await store.intern(name, value))
    if (!known.has(text)) {
      known.set(text, number)
      tables.delete(name)
    }
    return number > maxEntries ? undefined : number
  }
  return {
    schedules: (operator) => entries(scheduleTable(operator), decodeSchedule),
    sections: (operator, scope) => entries(sectionTable(operator, scope), decodeSection),
    scheduleNumber: async (operator, schedule) => (isAlways(schedule) ? 0 : numberIn(scheduleTable(operator), encodeSchedule(schedule))),
    sectionNumber: async (operator, scope, section) =>
      section.fromStop === '' || section.toStop === '' ? 0 : numberIn(sectionTable(operator, scope), encodeSection(section)),
    refresh(operator) {
      for (const name of tables.keys()) {
        if (name === scheduleTable(operator) || name.startsWith(sectionTable(operator, ''))) tables.delete(name)
      }
    },
  }
}

const alwaysBytes = encodeSchedule(always)
/** A lead says nothing without a window. */
const isAlways = (s: Schedule): boolean => encodeSchedule({ ...s, leadMinutes: s.windows.length ? s.leadMinutes : 0 }).equals(alwaysBytes)
