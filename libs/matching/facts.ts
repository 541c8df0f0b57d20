import { type Cause, type Disruption, type Effect, type Scope, type Severity, newest } from '#domain/disruption'

/** What the filters of a subscription ask about: of a disruption's newest revision, or of a notice that staff are still writing. */
export interface Facts {
  readonly operator: string
  /** ORed; empty = the whole operator. */
  readonly scopes: readonly Scope[]
  readonly effect: Effect
  readonly severity: Severity
  /** Seconds; 0 = it is not about a delay, then no minimum delay asks about it. */
  readonly delaySeconds: number
  /** Works and events known beforehand. */
  readonly planned: boolean
}

export function factsOf(d: Disruption): Facts {
  const { scopes, effect, severity, delayMax = 0 } = { ...d, ...newest(d) }
  return { operator: d.operator, scopes, effect, severity, delaySeconds: Math.max(0, delayMax), planned: isPlanned(d.cause) }
}

const plannedCauses: readonly Cause[] = ['MAINTENANCE', 'CONSTRUCTION', 'SPECIAL_EVENT', 'HOLIDAY']

export const isPlanned = (cause: Cause): boolean => plannedCauses.includes(cause)
