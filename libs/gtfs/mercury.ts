import type { Effect, Severity } from '#domain/disruption'
import { Cursor, WireError, wireType } from './wire'

/**
 * What the MTA's Mercury extension (field 1001 of Alert and EntitySelector) adds to an alert. Read with the wire cursor, as all extensions are:
 * a handful of fields needs no second set of generated bindings.
 */
export interface Mercury {
  /** In words of the operator, e.g. `Delays`, `Planned - Part Suspended`; empty: the alert has no such extension. */
  readonly alertType: string
  /** Seconds before each period from which on to tell; 0 = not said. */
  readonly displayBefore: number
  /** Number at the end of the highest sort_order of its selectors (`MTASBWY:A:22`), 0 = none. */
  readonly priority: number
  readonly humanPeriods: readonly { readonly text: string; readonly language: string }[]
}

const extension = 1001
const none: Mercury = { alertType: '', displayBefore: 0, priority: 0, humanPeriods: [] }

/** Alert bytes → extension. Never throws. */
export function readMercury(bytes: Buffer): Mercury {
  try {
    return read(bytes)
  } catch (error) {
    if (error instanceof WireError) return none
    throw error
  }
}

type Draft = { -readonly [K in keyof Mercury]: Mercury[K] }

function read(bytes: Buffer): Mercury {
  const found: Draft = { ...none }
  const cursor = new Cursor(bytes)
  while (cursor.next()) {
    cursor.skip()
    if (cursor.stop === cursor.start) continue
    if (cursor.field === extension) readAlertPart(bytes, cursor, found)
    else if (cursor.field === 5) found.priority = Math.max(found.priority, priorityOf(bytes, cursor))
  }
  return found
}

const textOf = (bytes: Buffer, { start, stop }: Cursor): string => bytes.toString('utf8', start, stop)

/** MercuryAlert: alert_type 3, display_before_active 7, human_readable_active_period 8. */
function readAlertPart(bytes: Buffer, { start, stop }: Cursor, into: Draft): void {
  const cursor = new Cursor(bytes, start, stop)
  while (cursor.next()) {
    if (cursor.field === 7 && cursor.type === wireType.varint) {
      into.displayBefore = cursor.varint()
      continue
    }
    cursor.skip()
    if (cursor.field === 3) into.alertType = textOf(bytes, cursor)
    else if (cursor.field === 8) into.humanPeriods = translations(bytes, cursor)
  }
}

/** TranslatedString: translation 1 with text 1, language 2. */
function translations(bytes: Buffer, { start, stop }: Cursor): Mercury['humanPeriods'] {
  const texts: { text: string; language: string }[] = []
  const cursor = new Cursor(bytes, start, stop)
  while (cursor.next() && texts.length < 12) {
    cursor.skip()
    if (cursor.field !== 1) continue
    const one = { text: '', language: '' }
    const inner = new Cursor(bytes, cursor.start, cursor.stop)
    while (inner.next()) {
      inner.skip()
      if (inner.field === 1) one.text = textOf(bytes, inner)
      else if (inner.field === 2) one.language = textOf(bytes, inner)
    }
    texts.push(one)
  }
  return texts
}

/** MercuryEntitySelector: sort_order 1. */
function priorityOf(bytes: Buffer, { start, stop }: Cursor): number {
  const cursor = new Cursor(bytes, start, stop)
  while (cursor.next()) {
    cursor.skip()
    if (cursor.field !== extension) continue
    const inner = new Cursor(bytes, cursor.start, cursor.stop)
    while (inner.next()) {
      inner.skip()
      if (inner.field === 1) return Number(/:(\d{1,3})$/.exec(textOf(bytes, inner))?.[1] ?? 0)
    }
  }
  return 0
}

/** `No scheduled service` is what the timetable says anyway. */
export const isTimetableFact = ({ alertType, priority }: Mercury): boolean =>
  /^no scheduled service$/i.test(alertType.trim()) || (alertType === '' && priority === 1)

const meanings: readonly (readonly [RegExp, Effect, Severity])[] = [
  [/part suspended|some .*suspended/i, 'REDUCED_SERVICE', 'WARNING'],
  [/suspended|no trains|no service/i, 'NO_SERVICE', 'SEVERE'],
  [/severe delays/i, 'SIGNIFICANT_DELAYS', 'SEVERE'],
  [/delays|slow speeds/i, 'SIGNIFICANT_DELAYS', 'WARNING'],
  [/detour|rerout/i, 'DETOUR', 'WARNING'],
  [/stops? skipped|local to express|express to local|service change/i, 'MODIFIED_SERVICE', 'WARNING'],
  [/reduced service|multiple changes|limited/i, 'REDUCED_SERVICE', 'WARNING'],
  [/boarding change|stop moved/i, 'STOP_MOVED', 'WARNING'],
  [/extra service|additional/i, 'ADDITIONAL_SERVICE', 'INFO'],
]

/** What the alert type means where the alert itself leaves effect and severity out; undefined: nothing that is known here. */
export function meaningOf({ alertType }: Mercury): { readonly effect: Effect; readonly severity: Severity } | undefined {
  const meaning = alertType ? meanings.find(([pattern]) => pattern.test(alertType)) : undefined
  return meaning && { effect: meaning[1], severity: meaning[2] }
}
