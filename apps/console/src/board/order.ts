import type { LineStatus, PublicLine, StaffDisruption } from '#domain/controlRoom'

const statuses: readonly LineStatus[] = ['MAJOR', 'MINOR', 'UNKNOWN', 'GOOD']

export const worstFirst = (lines: readonly PublicLine[]): PublicLine[] =>
  [...lines].sort((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status))

/** What waits for a decision comes first, then what riders know, then what is only suspected; each newest first. */
export const openOf = (all: readonly StaffDisruption[]): StaffDisruption[] =>
  all.filter((d) => d.state !== 'CLOSED' && d.publication !== 'WITHDRAWN').sort((a, b) => rank(a) - rank(b) || since(b) - since(a))

/** Over or dismissed, newest first. */
export const endedOf = (all: readonly StaffDisruption[]): StaffDisruption[] =>
  all
    .filter((d) => d.openedAt > 0 && (d.state === 'CLOSED' || d.publication === 'WITHDRAWN'))
    .sort((a, b) => (b.closedAt || b.openedAt) - (a.closedAt || a.openedAt))

/** What is known of a line that riders have not been told. */
export const untoldOf = (line: string, open: readonly StaffDisruption[]): StaffDisruption | undefined =>
  open.find((d) => d.publication === 'HELD' && d.lines.some((l) => l.id === line))

export const waits = (d: StaffDisruption): boolean => d.state === 'OPEN' && d.publication === 'HELD'

const rank = (d: StaffDisruption): number => (d.state !== 'OPEN' ? 2 : waits(d) ? 0 : 1)
const since = (d: StaffDisruption): number => d.openedAt || d.suspectedAt
