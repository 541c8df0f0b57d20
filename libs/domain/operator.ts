/** A tenant: a transit company or a city. Its id is part of every key, topic record and row. */
export interface Operator {
  readonly id: string
  readonly name: string
  /** IANA name, e.g. Europe/Berlin: used at the edges only; inside, times are epoch seconds. */
  readonly timezone: string
  /** The first one is the operator's default. */
  readonly languages: readonly Language[]
}

export const languages = ['de', 'en'] as const
export type Language = (typeof languages)[number]

/** Who decides that a detected disruption is told: nobody (shadow), staff (ask), the rule itself (auto). */
export type Policy = 'shadow' | 'ask' | 'auto'

/** Where ingest leaves the timetable's agency_timezone in the store's state, for operators whose settings name none. */
export const timezoneKey = (operator: string): string => `timezone/${operator}`
