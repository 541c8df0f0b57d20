import type { Cause, Effect } from '#domain/disruption'
import type { Mode } from '#domain/line'

/** A wall-clock time in the operator's zone; `date` only where it is not today. */
export interface ClockTime {
  readonly hour: number
  readonly minute: number
  readonly date: { readonly day: number; readonly month: number } | undefined
}

/** A language: phrases after the text guide (effect first, everyday words, no filler). A missing one does not compile. */
export interface Words {
  readonly update: string
  readonly allClear: string
  readonly and: string
  readonly more: (count: number) => string
  /** The name as riders say it: `Tram 3`, `U6`. */
  readonly line: (mode: Mode, name: string) => string
  readonly network: (operator: string) => string
  readonly towards: (terminus: string) => string
  readonly bothWays: string
  readonly section: (from: string, to: string) => string
  readonly at: (stop: string) => string
  readonly effect: Readonly<Record<Effect, string>>
  /** Minutes. */
  readonly late: (min: number, max: number) => string
  readonly now: (effect: string) => string
  readonly before: (what: string) => string
  readonly noStopAt: (stops: string) => string
  readonly tripCancelled: (time: string, from: string, towards: string) => string
  readonly tripsCancelled: (count: number, trips: string) => string
  readonly trip: (time: string, from: string, towards: string) => string
  readonly time: (time: ClockTime) => string
  /** As `time`, without the word that closes it: for lists and „Stand 14:05“. */
  readonly shortTime: (time: ClockTime) => string
  readonly until: (time: string) => string
  readonly untilAbout: (time: string) => string
  readonly endUnknown: string
  readonly nextUpdate: (time: string) => string
  /** What to do instead. */
  readonly use: (alternatives: string) => string
  readonly from: (line: string, stop: string) => string
  readonly noWayOut: string
  readonly reason: (cause: string) => string
  readonly cause: Readonly<Record<Cause, string>>
  readonly causeUnknown: string
  readonly asOf: (time: string) => string
  /** `several`: more than one line. */
  readonly runsAgain: (since: string, several: boolean) => string
  /** Of what does not run: a topic, a lift, one of several disruptions. */
  readonly over: (since: string) => string
  readonly quoted: (text: string) => string
  /** Another disruption of these lines. */
  readonly goesOn: (lines: string) => string
}
